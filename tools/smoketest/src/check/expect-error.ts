import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { type Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@skyport/proto";
import { describeError } from "./describe-error.ts";
import { present } from "./expect.ts";
import { Surprise, Words } from "./surprise.ts";
import { wireName } from "./wire-name.ts";

/** The call fails with the code and the reason; returns its error. */
export async function refused(code: Code, reason: string, call: Promise<unknown>): Promise<ConnectError> {
  const expected = new Words(`${wireName(code)} ${reason}`);
  let answer: unknown;
  try {
    answer = await call;
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    const [info] = error.findDetails(ErrorInfoSchema);
    if (error.code === code && info?.reason === reason && info.domain === "skyport") return error;
    throw new Surprise("the error", expected, new Words(describeError(thrown)));
  }
  throw new Surprise("the answer", expected, answer);
}

/** The error's detail of a kind; there has to be one. */
export function detailOf<D extends DescMessage>(error: ConnectError, schema: D): MessageShape<D> {
  return present(`${schema.name} in ${describeError(error)}`, error.findDetails(schema)[0]);
}

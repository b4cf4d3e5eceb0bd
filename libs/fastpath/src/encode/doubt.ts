/** Made once: a trace is not looked at, and costs more than the whole of an answer. */
const DOUBT = new Error("left to protobuf-es");

/** Ends an encoding of ours: the message is odd, and protobuf-es shall say what becomes of it. */
export function doubt(): never {
  throw DOUBT;
}

import { promisify } from "node:util";
import {
  type BrotliOptions,
  brotliCompress,
  brotliDecompress,
  gunzip,
  gzip,
  type ZlibOptions,
  constants as zlib,
} from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { errorText } from "../errors/error-text.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Codec = (input: Uint8Array, options: BrotliOptions & ZlibOptions) => Promise<Uint8Array>;

const LEVELS = { gzip: { level: 4 }, br: { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } } };

/**
 * The encodings that a server takes and gives. Inflating stops at the limit, so that a small request cannot become a
 * large one. Deflating uses levels meant for answers made on the spot: Connect's default for Brotli is the slowest, and a
 * caller may ask for it at will.
 */
export const COMPRESSIONS: readonly Compression[] = [
  compression("gzip", promisify(gzip), promisify(gunzip)),
  compression("br", promisify(brotliCompress), promisify(brotliDecompress)),
];

function compression(name: "gzip" | "br", deflate: Codec, inflate: Codec): Compression {
  return {
    name,
    compress: async (bytes): Promise<Bytes> => new Uint8Array(await deflate(bytes, LEVELS[name])),
    async decompress(bytes, readMaxBytes): Promise<Bytes> {
      if (bytes.length === 0) return new Uint8Array(0);
      try {
        return new Uint8Array(await inflate(bytes, { maxOutputLength: readMaxBytes }));
      } catch (error) {
        const code =
          errorText(error, "code") === "ERR_BUFFER_TOO_LARGE" ? Code.ResourceExhausted : Code.InvalidArgument;
        throw new ConnectError("the message cannot be decompressed", code, undefined, undefined, error);
      }
    },
  };
}

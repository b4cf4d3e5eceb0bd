import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";
import type { Compression } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";

const compressGzip = promisify(gzip);
const compressBrotli = promisify(brotliCompress);

/**
 * The encodings that a server takes and gives. Inflating is Connect's, bounded by `readMaxBytes`. Deflating uses levels
 * meant for answers made on the spot: Connect's default for Brotli is the slowest, and a caller may ask for it at will.
 */
export const COMPRESSIONS: readonly Compression[] = [
  { ...compressionGzip, compress: async (bytes) => new Uint8Array(await compressGzip(bytes, { level: 4 })) },
  {
    ...compressionBrotli,
    compress: async (bytes) =>
      new Uint8Array(await compressBrotli(bytes, { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } })),
  },
];

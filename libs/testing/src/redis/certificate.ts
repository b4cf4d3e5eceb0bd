import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/** Files of a certificate for this machine alone. */
export interface CertificateFiles {
  /** The certificate; being its own issuer, it is also what a client has to trust. */
  readonly certificate: string;
  readonly key: string;
}

/** Makes a self-signed certificate for localhost and 127.0.0.1 in this folder. */
export async function writeCertificate(folder: string): Promise<CertificateFiles> {
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    extensions: [
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  const files = { certificate: join(folder, "server.crt"), key: join(folder, "server.key") };
  await writeFile(files.certificate, made.cert);
  await writeFile(files.key, made.private, { mode: 0o600 });
  return files;
}

import { type CertificateFiles, writeCertificate } from "./certificate.ts";

/** How a server is set up, beside its port. */
export interface RedisSettings {
  /** Further flags of redis-server, such as `["--maxmemory", "2mb"]`. */
  readonly flags?: readonly string[];
  /** What clients, replicas and Sentinels have to give. Default: none. */
  readonly password?: string;
  /** The user that the password is of, an ACL user who may do everything; the default user is off then. */
  readonly user?: string;
  /** TLS only, with a certificate of its own for localhost and 127.0.0.1, which no replica trusts. Default false. */
  readonly tls?: boolean;
  /** The port of the primary, or of a link to it, that this server replicates; it has the same user and password. */
  readonly replicaOf?: number;
}

function loginFlags({ user, password }: RedisSettings): readonly string[] {
  if (password === undefined) return [];
  if (user === undefined) return ["--requirepass", password, "--masterauth", password];
  const owner = ["--user", user, "on", `>${password}`, "~*", "&*", "+@all"];
  return [...owner, "--user", "default", "off", "--masteruser", user, "--masterauth", password];
}

/** Clients need no certificate. */
function tlsFlags({ certificate, key }: CertificateFiles): readonly string[] {
  const own = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
  return [...own, "--tls-auth-clients", "no"];
}

/** All of a server's flags, and the file of the certificate that its clients have to trust. */
export async function prepare(
  settings: RedisSettings,
  folder: string,
): Promise<{ readonly flags: readonly string[]; readonly caFile: string | undefined }> {
  const { flags = [], replicaOf, tls = false } = settings;
  const files = tls ? await writeCertificate(folder) : undefined;
  const replication = replicaOf === undefined ? [] : ["--replicaof", "127.0.0.1", String(replicaOf)];
  const security = files === undefined ? [] : tlsFlags(files);
  return { flags: [...security, ...loginFlags(settings), ...replication, ...flags], caFile: files?.certificate };
}

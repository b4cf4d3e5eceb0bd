import { ConfigError } from "../config/config-error.ts";
import { errorText } from "../errors/error-text.ts";

/** A port that cannot be used is a matter of configuration: one line that names the port and what to set. */
export function listenError(error: unknown, port: number, host: string, variable: string): unknown {
  const code = errorText(error, "code");
  switch (code) {
    case "EADDRINUSE":
      return new ConfigError([`port ${port} is in use: stop what uses it, or set ${variable} to another port`], {
        cause: error,
      });
    case "EACCES":
      return new ConfigError([`port ${port} needs privileges: set ${variable} to a port above 1023`], { cause: error });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ConfigError([`HOST ${host} is no address of this machine`], { cause: error });
    case "ENOTSUP":
      return new ConfigError(["WORKERS has to be 1: this system cannot share a port between processes"], {
        cause: error,
      });
    default:
      return error;
  }
}

import { randomInt } from "node:crypto";

/** The seed of what is generated: SEED of the environment, to run a test again, or another one each time. */
export const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));

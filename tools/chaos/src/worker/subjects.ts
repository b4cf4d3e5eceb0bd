import type { DesignDescription } from "../designs/description.ts";
import type { ServiceDescription } from "../service/subject.ts";
import type { Subject } from "../subject.ts";
import type { Points } from "./points.ts";
import type { Random } from "./random.ts";

/** A subject in plain data, as it travels to the working process. */
export type SubjectDescription = DesignDescription | ServiceDescription;

/** What a subject gets from the process that drives it. */
export interface SubjectTools {
  /** The process's name. */
  readonly process: string;
  /** How long each call may take, in milliseconds. */
  readonly deadlineMs: number;
  readonly random: Random;
  readonly points: Points;
}

/** Makes the subject that the description names. Imported late: a process loads what it drives and nothing else. */
export async function openSubject(description: SubjectDescription, tools: SubjectTools): Promise<Subject> {
  switch (description.kind) {
    case "design":
      return (await import("../designs/open.ts")).openDesign(description, tools);
    case "service":
      return new (await import("../service/subject.ts")).ServiceSubject({ urls: description.urls, ...tools });
  }
}

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** A set of migrations with its own numbering: a folder of files named `0001_what_it_does.sql`. */
export interface MigrationComponent {
  readonly name: string;
  readonly directory: string | URL;
}

/** What this library keeps in a database: `maintain_partitions`, `changes`, `request_ids`. Comes before the service's own. */
export const DB_MIGRATIONS: MigrationComponent = {
  name: "db",
  directory: new URL("../../migrations/", import.meta.url),
};

/** One migration as it is in its file. */
export interface Migration {
  readonly component: string;
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of its text, in hex; line ends do not count. */
  readonly checksum: string;
}

/** Migrations cannot go on, for a reason that a person has to look at. The message is one line. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/**
 * Reads the migrations of components, in the order given and by number.
 *
 * @throws MigrationError for a file name that does not fit or a number used twice.
 */
export async function loadMigrations(components: readonly MigrationComponent[]): Promise<readonly Migration[]> {
  return (await Promise.all(components.map(loadComponent))).flat();
}

async function loadComponent({ name: component, directory }: MigrationComponent): Promise<readonly Migration[]> {
  const folder = typeof directory === "string" ? directory : fileURLToPath(directory);
  const files = (await readdir(folder)).filter((file) => !file.startsWith(".")).sort();
  const migrations = await Promise.all(
    files.map(async (file): Promise<Migration> => {
      const [, number, name] = FILE_NAME.exec(file) ?? [];
      if (number === undefined || name === undefined) {
        throw new MigrationError(`migration ${component}/${file}: the name has to look like 0001_add_price.sql`);
      }
      const sql = (await readFile(`${folder}/${file}`, "utf8")).replaceAll("\r\n", "\n");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { component, version: Number(number), name, sql, checksum };
    }),
  );
  for (const [at, { version }] of migrations.entries()) {
    if (version === migrations[at - 1]?.version)
      throw new MigrationError(`migrations ${component}: two are ${version}`);
  }
  return migrations;
}

/** What stands in `schema_migrations` of one migration. */
export interface AppliedMigration {
  readonly component: string;
  readonly version: number;
  readonly checksum: string;
}

/**
 * Which migrations are yet to be applied.
 *
 * @throws MigrationError when an applied one was changed since, or is unknown here, or one that comes before it is not
 * applied: the database is not what these files describe.
 */
export function planMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const component of new Set(migrations.map((migration) => migration.component))) {
    const own = migrations.filter((migration) => migration.component === component);
    const done = applied.filter((migration) => migration.component === component);
    checkComponent(component, own, done);
  }
  return pendingOf(migrations, applied);
}

function checkComponent(
  component: string,
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): void {
  const newest = Math.max(0, ...applied.map(({ version }) => version));
  for (const { version, checksum } of applied) {
    const known = migrations.find((migration) => migration.version === version);
    if (known === undefined) {
      throw new MigrationError(`migrations ${component}: the database has ${version}, which this build does not know`);
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(`migration ${component}/${version} (${known.name}) was changed after it was applied`);
    }
  }
  const late = pendingOf(migrations, applied).find(({ version }) => version < newest);
  if (late !== undefined) {
    throw new MigrationError(
      `migration ${component}/${late.version} (${late.name}) comes before ${newest}, which is applied`,
    );
  }
}

/** Those that are not applied, whatever else is. */
export function pendingOf(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const done = new Set(applied.map(({ component, version }) => `${component}/${version}`));
  return migrations.filter(({ component, version }) => !done.has(`${component}/${version}`));
}

import { type Cache, createCache } from "@skyport/cache";
import {
  CHANGES_PARTITIONS,
  createDatabase,
  type Database,
  DB_MIGRATIONS,
  LockHeld,
  loadMigrations,
  Maintenance,
  type MaintenanceTask,
  type Migration,
  type MigrationComponent,
  MigrationError,
  maintainPartitions,
  migrate,
  PageTokens,
  type PartitionPlan,
  pendingMigrations,
  requestIdPartitions,
} from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { ConfigError, type Logger, type ReadinessCheck } from "@skyport/rpc";
import type { ServiceConfig } from "./config.ts";
import { SoleProcess } from "./sole-process.ts";
import { startWhenCurrent } from "./start-when-current.ts";
import { type StorageWriter, storageWriter } from "./write-ahead.ts";

/** What a service keeps, and how. */
export interface StoragePlan {
  /** The service's name, for the database's list of sessions. */
  readonly name: string;
  /** Its own migrations; the ones that every service shares come before. */
  readonly migrations: MigrationComponent;
  /** Its own tables that are partitioned by time. */
  readonly partitions: readonly PartitionPlan[];
  /** Grows with each change of what the cache holds. */
  readonly cacheSchemaVersion: number;
  /** Upkeep of its own, beside the partitions. */
  readonly upkeep?: (database: Database) => readonly MaintenanceTask[];
}

/** The database and the cache before it, ready to use. */
export interface Storage extends AsyncDisposable {
  readonly database: Database;
  readonly cache: Cache;
  readonly writer: StorageWriter;
  readonly pageTokens: PageTokens;
  /** What has to work for the service to take traffic; never the cache, without which reads still work. */
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  close(): Promise<void>;
}

const START_MS = 15_000;

/** Longer than the cache waits for it; short, so that its attempts to connect do not pile up before a busy database. */
const IDENTITY_MS = 1_000;

/**
 * Opens what a service keeps its data in: migrates (unless told not to), makes sure that nobody else caches the same
 * database in a process of its own, connects the pool and the cache, and starts the upkeep of partitions.
 *
 * @param onFatal told when the service must stop: it caches in its process, and another process has taken over
 * @throws ConfigError, one line a problem
 */
export async function openStorage(
  config: ServiceConfig,
  plan: StoragePlan,
  logger: Logger,
  onFatal: (error: unknown) => void,
): Promise<Storage> {
  await using opened = new AsyncDisposableStack();
  const components = [DB_MIGRATIONS, plan.migrations];
  const migrations = await loadMigrations(components);
  if (config.migrateOnStart) await migrated(config, components, logger);
  const database = opened.use(
    createDatabase({
      url: config.databaseUrl,
      applicationName: plan.name,
      onEvent: (event) => logger.debug({ event }, "database"),
    }),
  );
  await started(database);
  const cache = opened.use(
    await createCache({
      store: config.redisUrl === undefined ? "memory" : { redisUrl: config.redisUrl },
      databaseIdentity: () => database.identity(Deadline.after(IDENTITY_MS)),
      schemaVersion: plan.cacheSchemaVersion,
      sampleRate: config.cacheSampleRate ?? 0,
      logger,
    }),
  );
  if (config.redisUrl === undefined) opened.use(await soleProcess(config, plan, logger, cache, onFatal));
  const upkeep = opened.use(
    new Maintenance({
      tasks: upkeepOf(database, plan),
      onError: (task, err) => logger.error({ err, task }, "upkeep failed"),
    }),
  );
  const current = migrationCheck(database, migrations);
  opened.use(await startWhenCurrent(current, () => upkeep.start(), logger));
  const resources = opened.move();
  return {
    database,
    cache,
    writer: storageWriter(cache, database),
    pageTokens: new PageTokens(config.pageTokenSecret),
    readiness: {
      database: (deadline) => database.ping(deadline),
      migrations: current,
    },
    close: () => resources.disposeAsync(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function migrated(config: ServiceConfig, components: MigrationComponent[], logger: Logger): Promise<void> {
  try {
    const applied = await migrate({ url: config.databaseDirectUrl, components });
    for (const { component, version, name } of applied)
      logger.info({ component, version, migration: name }, "migrated");
  } catch (error) {
    if (error instanceof MigrationError) throw new ConfigError([error.message], { cause: error });
    throw unreachable("DATABASE_DIRECT_URL or DATABASE_URL", error);
  }
}

async function started(database: Database): Promise<void> {
  try {
    await database.start(Deadline.after(START_MS));
  } catch (error) {
    throw unreachable("DATABASE_URL", error);
  }
}

function unreachable(variable: string, error: unknown): ConfigError {
  const why = reasonIn(error);
  return new ConfigError([`${variable}: the database cannot be used: ${why}`], { cause: error });
}

/** The innermost message: what the server or the system said. */
function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message.replaceAll("\n", " ") || error.name : reasonIn(error.cause);
}

/** Without Redis, values are cached in this process, and a second one would serve what the first has changed. */
async function soleProcess(
  { databaseDirectUrl: url }: ServiceConfig,
  plan: StoragePlan,
  logger: Logger,
  cache: Cache,
  onOusted: (error: unknown) => void,
): Promise<SoleProcess> {
  try {
    return await SoleProcess.claim({ url, name: `${plan.name} cache`, logger, forget: () => cache.renew(), onOusted });
  } catch (error) {
    if (!(error instanceof LockHeld)) throw unreachable("DATABASE_DIRECT_URL or DATABASE_URL", error);
    const line = `REDIS_URL is missing: another ${plan.name} uses this database, and several need a shared cache`;
    throw new ConfigError([line], { cause: error });
  }
}

function upkeepOf(database: Database, plan: StoragePlan): MaintenanceTask[] {
  const partitions = [CHANGES_PARTITIONS, requestIdPartitions(), ...plan.partitions];
  const tasks = partitions.map((partition) => ({
    name: `partitions of ${partition.table}`,
    run: (deadline: Deadline) => maintainPartitions(database, partition, deadline),
  }));
  return [...tasks, ...(plan.upkeep?.(database) ?? [])];
}

function migrationCheck(database: Database, migrations: readonly Migration[]): ReadinessCheck {
  let current = false;
  return async (deadline) => {
    // Migrations are never taken back, so that one look at a current schema is enough.
    if (current) return;
    const pending = await pendingMigrations(database, migrations, deadline);
    if (pending.length > 0) throw new Error(`${pending.length} migrations are pending`);
    current = true;
  };
}

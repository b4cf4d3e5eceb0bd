import { ensureBundle, type ServiceName } from "@skyport/bundle";
import { createLink, freePort, type Link, type TestPostgres, type TestRedis } from "@skyport/testing";
import { ServiceProcess } from "./process.ts";

export interface InstanceOptions {
  readonly name: string;
  readonly root: string;
  readonly postgres: TestPostgres;
  readonly databaseUrl: string;
  readonly redis: TestRedis;
  readonly logFile: string;
  /** Default product-svc. */
  readonly service?: ServiceName;
  /** What this service is told beside what every service is. */
  readonly env?: Readonly<Record<string, string>>;
}

const SECRET = "the same secret for every instance";

/** One service, with links of its own to the servers that it uses. */
export class Instance implements AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly process: ServiceProcess;
  readonly toPostgres: Link;
  readonly toRedis: Link;

  private constructor(process: ServiceProcess, toPostgres: Link, toRedis: Link) {
    this.name = process.plan.name;
    this.url = `http://127.0.0.1:${process.plan.port}`;
    this.process = process;
    this.toPostgres = toPostgres;
    this.toRedis = toRedis;
  }

  /** Starts the process; whether it is ready is for the caller to wait for. */
  static async start(options: InstanceOptions): Promise<Instance> {
    await using opened = new AsyncDisposableStack();
    const toPostgres = opened.use(await createLink({ port: options.postgres.port }));
    const toRedis = opened.use(await createLink({ port: options.redis.port }));
    const process = opened.use(
      new ServiceProcess({
        name: options.name,
        entry: await ensureBundle(options.root, options.service ?? "product-svc"),
        root: options.root,
        port: await freePort(),
        logFile: options.logFile,
        env: {
          DATABASE_URL: toPostgres.through(options.databaseUrl),
          REDIS_URL: toRedis.through(options.redis.url),
          PAGE_TOKEN_SECRET: SECRET,
          LOG_LEVEL: "error",
          NODE_ENV: "production",
          ...options.env,
        },
      }),
    );
    process.start();
    opened.move();
    return new Instance(process, toPostgres, toRedis);
  }

  /** Sends it to another Redis; connections to the former one are reset. */
  reroute(redis: TestRedis): void {
    this.toRedis.pointTo(redis.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.toRedis.close();
    await this.toPostgres.close();
  }
}

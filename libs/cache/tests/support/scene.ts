import { expect } from "@jest/globals";
import { eventually, type Operation } from "@skyport/testing";
import { Instance, type InstanceOptions } from "./instance.ts";
import { InstanceProcess } from "./instance-process.ts";
import { violations } from "./judge.ts";
import { Recorder } from "./recorder.ts";
import { type Servers, startServers } from "./servers.ts";

/** Two instances that stay well, this process's own and one that only reads, in a process of its own; and the servers. */
export class Scene implements AsyncDisposable {
  readonly servers: Servers;
  readonly here: Recorder;
  readonly reader: InstanceProcess;

  private constructor(servers: Servers, here: Recorder, reader: InstanceProcess) {
    this.servers = servers;
    this.here = here;
    this.reader = reader;
  }

  static async open(): Promise<Scene> {
    const servers = await startServers();
    const [instance, reader] = await Promise.all([
      Instance.open(servers.addresses),
      InstanceProcess.start("reader", servers.addresses),
    ]);
    return new Scene(servers, new Recorder("here", instance), reader);
  }

  /** An instance in a process of its own, for work that ends badly. */
  process(label: string, options: Partial<InstanceOptions> = {}): Promise<InstanceProcess> {
    return InstanceProcess.start(label, { ...this.servers.addresses, ...options });
  }

  /** Writes rows, has them cached, and has the reader watch them. */
  async begin(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      expect(await this.here.put([key], "old")).toMatchObject({ outcome: "acknowledged" });
      await this.untilCached(key);
      await this.reader.watch(key);
    }
  }

  async read(key: string): Promise<string | undefined> {
    return (await this.here.read(key)).mark;
  }

  async untilCached(key: string): Promise<void> {
    await eventually(() => this.here.instance.isCached(key));
  }

  /** Ends the watch of a row: nobody may have read anything old of it, and nothing may have hung. `others`: what else was done. */
  async check(key: string, ...others: readonly Operation[]): Promise<void> {
    const watched = await this.reader.unwatch(key);
    expect(watched.operations.length).toBeGreaterThan(0);
    expect([...watched.faults, ...this.here.faults]).toEqual([]);
    expect(violations([...watched.operations, ...this.here.of(key), ...others])).toEqual([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
    await this.here.instance.close();
    await this.servers[Symbol.asyncDispose]();
  }
}

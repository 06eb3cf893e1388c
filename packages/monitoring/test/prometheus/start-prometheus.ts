import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrometheusServer {
  /** The values of an instant query, by their labels. */
  query(expression: string): Promise<readonly { readonly metric: Record<string, string>; readonly value: number }[]>;
  stop(): Promise<void>;
}

/** Starts a Prometheus on a free port of this machine, which scrapes a target once a second. */
export async function startPrometheus(target: string): Promise<PrometheusServer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'uno-cache-prometheus-'));
  const config = join(directory, 'prometheus.yml');
  const scrape = { job_name: 'cache', static_configs: [{ targets: [target] }] };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  return {
    query: async (expression) => {
      const url = `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query: expression })}`;
      const answer = (await (await fetch(url)).json()) as {
        readonly data: { readonly result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      return answer.data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

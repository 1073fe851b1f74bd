/**
 * The servers of files that ours are measured beside: nginx and Caddy as Debian has them, and the plain way on Deno.
 *
 * @module
 */
import { join } from "@std/path";
import { serveApp } from "./app_server.ts";
import type { Contender } from "./compare.ts";
import { denoRun } from "./server_process.ts";

/** A free port, for who cannot choose one. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether a program can be run. */
function isInstalled(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["-h"], stdout: "null", stderr: "null" }).outputSync().code < 126;
  } catch {
    return false;
  }
}

/** What is not installed is named, and how to get it. */
function missing(program: string): Contender[] {
  console.log(`${program} is not measured: it is not installed (apt-get install ${program})`);
  return [];
}

/** A server that does not say where it listens is waited for, in the shell that becomes it; its log is dropped. */
function announced(port: number, command: string): string[] {
  const script = `(for try in {1..100}; do
      if (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; then echo "Listening on http://127.0.0.1:${port}/"; break; fi
      sleep 0.05
    done) & exec ${command} 2>/dev/null`;
  return ["bash", "-c", script];
}

const OPEN_FILE_CACHE = "open_file_cache max=1000; open_file_cache_valid 1s;";

interface NginxSetup {
  readonly workDir: string;
  readonly dir: string;
  readonly openFileCache: string;
}

/**
 * nginx with one process, sendfile, and no log. It encodes with gzip, or has it done before: `gzip_static`.
 *
 * @param workDir Where its configuration and temporary files go.
 * @param dir The folder to serve.
 */
export async function nginx(workDir: string, dir: string): Promise<Contender[]> {
  if (!isInstalled("nginx")) return missing("nginx");
  return [
    { name: "nginx", command: await nginxCommand({ workDir, dir, openFileCache: "" }) },
    // It then looks at a file once a second, as we do five times.
    { name: "nginx, open_file_cache", command: await nginxCommand({ workDir, dir, openFileCache: OPEN_FILE_CACHE }) },
  ];
}

async function nginxCommand({ workDir, dir, openFileCache }: NginxSetup): Promise<string[]> {
  const port = freePort();
  const file = join(workDir, `nginx_${port}.conf`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${join(workDir, name)};`).join("\n");
  await Deno.writeTextFile(
    file,
    `
daemon off; master_process off; worker_processes 1; pid ${join(workDir, `nginx_${port}.pid`)}; error_log /dev/null;
events { worker_connections 4096; }
http {
${temporary}
  include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
  keepalive_requests 100000000; keepalive_timeout 600; ${openFileCache}
  gzip_static on; gzip on; gzip_types text/css text/plain application/javascript; gzip_comp_level 6;
  server { listen 127.0.0.1:${port}; root ${dir}; }
}`,
  );
  return announced(port, `nginx -c ${file} -p ${workDir} -e /dev/null`);
}

/** Caddy's `file_server`, with what stands beside a file in a coding. */
export async function caddy(workDir: string, dir: string): Promise<Contender[]> {
  if (!isInstalled("caddy")) return missing("caddy");
  const port = freePort();
  const file = join(workDir, "Caddyfile");
  await Deno.writeTextFile(
    file,
    `{
  admin off
  auto_https off
  log {
    output discard
  }
}
http://127.0.0.1:${port} {
  root * ${dir}
  encode gzip
  file_server {
    precompressed br gzip
  }
}
`,
  );
  return [{ name: "Caddy", command: announced(port, `caddy run --config ${file} --adapter caddyfile`) }];
}

/** The plain way on Deno. */
export function plain(dir: string): Contender[] {
  return [{ name: "std's way", command: denoRun("--allow-net", "--allow-read", "bench/servers/std_files.ts", dir) }];
}

/** Our own server. */
export function commonroom(transport: "raw" | "native", dir: string): Contender {
  const command = serveApp(dir, "--public", "--log", "off", "--transport", transport);
  return { name: `commonroom, ${transport}`, command };
}

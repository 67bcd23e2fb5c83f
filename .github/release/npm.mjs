// Makes npm packages from the archives of a release: one for each platform that carries the program, and `mpcheck`, which
// depends on all of them optionally, so that npm installs the one that fits, and starts the program in it.
//
//     node .github/release/npm.mjs ARCHIVES FOLDER
//
// ARCHIVES is the folder with mpcheck-VERSION-TARGET.tar.gz; the packages are written below FOLDER.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What npm calls the platforms of the release. */
const PLATFORMS = {
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64", libc: "glibc" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64", libc: "glibc" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
  "x86_64-pc-windows-msvc": { os: "win32", cpu: "x64" },
};

const [archives, folder] = process.argv.slice(2);
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
const field = (name) => manifest.match(new RegExp(`^${name} = "(.*)"$`, "m"))?.[1];
const version = field("version");
const about = { version, description: field("description"), license: field("license"), keywords: ["mixpanel", "secrets", "linter"] };

function write(name, contents) {
  const package_ = join(folder, name);
  rmSync(package_, { recursive: true, force: true });
  mkdirSync(join(package_, "bin"), { recursive: true });
  writeFileSync(join(package_, "package.json"), JSON.stringify({ name, ...about, ...contents }, null, 2) + "\n");
  cpSync(join(root, "LICENSE"), join(package_, "LICENSE"));
  return package_;
}

const optionalDependencies = {};
for (const file of readdirSync(archives).sort()) {
  const target = file.match(/^mpcheck-.*?-((?:x86_64|aarch64)-.*)\.tar\.gz$/)?.[1];
  const platform = PLATFORMS[target];
  if (!platform) continue;
  const name = `mpcheck-${platform.os}-${platform.cpu}`;
  const program = platform.os === "win32" ? "mpcheck.exe" : "mpcheck";
  const limits = Object.fromEntries(Object.entries(platform).map(([key, value]) => [key, [value]]));
  const package_ = write(name, { ...limits, files: ["bin"], preferUnplugged: true });
  const unpacked = mkdtempSync(join(tmpdir(), "mpcheck-"));
  execFileSync("tar", ["-xzf", resolve(archives, file), "-C", unpacked]);
  cpSync(join(unpacked, `mpcheck-${version}-${target}`, program), join(package_, "bin", program));
  rmSync(unpacked, { recursive: true });
  optionalDependencies[name] = version;
}
if (Object.keys(optionalDependencies).length === 0) {
  console.error(`npm.mjs: there is no archive of ${version} in ${archives}`);
  process.exit(1);
}

const launcher = write("mpcheck", {
  bin: { mpcheck: "bin/mpcheck.js" },
  files: ["bin"],
  engines: { node: ">=18" },
  optionalDependencies,
});
cpSync(join(root, ".github/release/mpcheck.js"), join(launcher, "bin/mpcheck.js"));
cpSync(join(root, "README.md"), join(launcher, "README.md"));
console.log(`${Object.keys(optionalDependencies).join("\n")}\nmpcheck`);

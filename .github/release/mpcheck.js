#!/usr/bin/env node
// Starts the program that the package of this platform carries.

const { spawnSync } = require("node:child_process");

const name = `mpcheck-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "mpcheck.exe" : "mpcheck";
let program;
try {
  program = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(
    `error: there is no mpcheck for ${process.platform} on ${process.arch} here. If there should be one, install without ` +
      "`--omit=optional`; otherwise build it with `cargo install mpcheck --locked`.",
  );
  process.exit(2);
}
const run = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
  console.error(`error: ${program} could not be started: ${run.error.message}`);
  process.exit(2);
}
// A program that was stopped by a signal has no status of its own.
process.exit(run.status ?? 2);

#!/bin/sh
# Written by `mpcheck init`: stops a commit that adds a Mixpanel credential where it does not belong.
if ! command -v mpcheck > /dev/null 2>&1; then
  echo 'pre-commit: mpcheck is not installed, so this commit cannot be checked. `git commit --no-verify` goes without.' >&2
  exit 1
fi
exec mpcheck --staged

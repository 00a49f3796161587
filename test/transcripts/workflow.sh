# Two repositories of one team: `ci` with a reusable workflow, `shop` that calls it, each a member of the realm acme with one
# contract and one import. Ends in ci.
# shellcheck shell=bash

{
  git realm init --name acme --path realm-acme
  for name in ci shop; do
    git init -q --bare -b main "remotes/$name.git"
    git init -q -b main "$name"
    git -C "$name" config "url.$PWD/remotes/$name.git.insteadOf" "https://git.example.com/acme/$name.git"
    git -C "$name" remote add origin "https://git.example.com/acme/$name.git"
    mkdir -p "$name/.github/workflows"
  done
  cat >ci/.github/workflows/build.yml <<'YAML'
on:
  workflow_call:
    inputs:
      node: { type: string, required: true }
      cache: { type: boolean, default: true }
    outputs:
      version: { value: "${{ jobs.build.outputs.version }}" }
jobs:
  build:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    outputs: { version: "${{ steps.version.outputs.text }}" }
    steps: [{ id: version, run: ./version }]
YAML
  cat >shop/.github/workflows/release.yml <<'YAML'
on: push
jobs:
  build:
    uses: acme/ci/.github/workflows/build.yml@v1
    with:
      node: "20"
      cache: false
  publish:
    needs: build
    runs-on: ubuntu-latest
    steps: [{ run: "publish ${{ needs.build.outputs.version }}" }]
YAML
  for name in ci shop; do
    git -C "$name" add -A && git -C "$name" commit -q -m 'first' && git -C "$name" push -q -u origin main
    (cd "$name" && git realm join ../realm-acme && git add -A && git commit -q -m 'join acme' && git push -q)
  done
  cd ci && git realm domain create builds --repos ci,shop --provider shop
} >/dev/null 2>&1

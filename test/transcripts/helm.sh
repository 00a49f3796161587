# Two repositories of one team: `charts` with a Helm chart, `deploy` that installs it, each a member of the realm acme with
# one domain. Ends in charts.
# shellcheck shell=bash

{
  git realm init --name acme --path realm-acme
  for name in charts deploy; do
    git init -q --bare -b main "remotes/$name.git"
    git init -q -b main "$name"
    git -C "$name" remote add origin "$PWD/remotes/$name.git"
  done
  mkdir -p charts/shop deploy/apps
  printf 'apiVersion: v2\nname: shop\nversion: 1.2.0\n' >charts/shop/Chart.yaml
  cat >charts/shop/values.yaml <<'YAML'
replicas: 1
image:
  repository: registry.example.com/shop
  tag: stable
ingress:
  host: shop.example.com
YAML
  cat >deploy/apps/helmfile.yaml <<'YAML'
releases:
  - name: shop
    chart: acme/shop
    version: 1.2.0
    values:
      - values-shop.yaml
YAML
  printf 'replicas: 3\nimage:\n  tag: 2026-11\n' >deploy/apps/values-shop.yaml
  for name in charts deploy; do
    git -C "$name" add -A && git -C "$name" commit -q -m 'first' && git -C "$name" push -q -u origin main
    (cd "$name" && git realm join ../realm-acme && git add -A && git commit -q -m 'join acme' && git push -q)
  done
  cd charts && git realm domain create apps --repos charts,deploy --provider deploy
} >/dev/null 2>&1

#!/bin/sh
# What the build plays once, so that the code cache of each command holds the functions it runs (build.mjs). It stops at the
# first command that fails unforeseen, and the build then says so.
set -e

git config --global user.name Warm && git config --global user.email warm@example.com
git config --global init.defaultBranch main
git init -q --bare remote.git && git init -q a && git init -q b && git -C a remote add origin "$PWD/remote.git"
printf 'import boto3\ns3 = boto3.client("s3")\ndef f(x):\n    return s3.get_object(Bucket="data", Key=f"jobs/{x}")\n' >a/paths.py
printf "import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';\nconst s3 = new S3Client({});\n" >a/store.ts
printf '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/jobs/*"}]}\n' >b/policy.json
for repo in a b; do (cd $repo && git add -A && git commit -qm start); done
(cd a && git push -q -u origin main)

git-realm init --name warm --path realm
cd a
git-realm join ../realm
git add -A && git commit -qm join && git push -q
git-realm domain create d --repos a,b --contract s3-permissions
cd ../b
git-realm join ../realm
git-realm import s3-permissions --binding policy.json
git-realm list
git-realm complete -- show ''
git-realm hooks
git-realm checkout add a ../a
cd ../a
printf 'def g(x):\n    return s3.get_object(Bucket="data", Key=f"runs/{x}")\n' >>paths.py
git-realm export --name s3-permissions --source paths.py --source store.ts
# The code has changed: exit status 1.
git-realm check --exports --fail-on broken || [ $? -eq 1 ]
git add -A
git-realm status
git commit -qm more
git push -q
git-realm sync
git-realm check
git-realm fetch
for command in graph log doctor report proposals inbox sessions; do git-realm $command; done
git-realm show s3-permissions
git-realm diff s3-permissions
# Nothing of ours was at hand at the first run of these two; what counts is how they run from then on.
rm -f "$1"/status[-.]* "$1"/hook[-.]*
git-realm status
printf 'def h(x):\n    return s3.get_object(Bucket="data", Key=f"masks/{x}")\n' >>paths.py
printf "s3.send(new GetObjectCommand({ Bucket: 'data', Key: \`maps/\${x}\` }));\n" >>store.ts
git commit -qam masks
cd ../b && git-realm leave --force

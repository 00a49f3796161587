# The story's repositories as members of the realm letemcook, with one contract and one import, and the realm beside
# them. Ends in aperture.
# shellcheck shell=bash

# shellcheck source=test/transcripts/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/story.sh"
{
  git realm init --name letemcook --path realm-letemcook
  cd fungal-image-analysis && git realm join ../realm-letemcook && git add .blue && git commit -q -m 'join letemcook' && git push -q
  cd ../aperture && git realm join ../realm-letemcook && git add .blue && git commit -q -m 'join letemcook' && git push -q
  git realm domain create s3-access --repos aperture,fungal-image-analysis --contract s3-permissions
  git -C ../fungal-image-analysis realm import --contract s3-permissions --binding cdk/access_stack.py
  for name in aperture fungal-image-analysis; do
    git -C "../$name" commit -q -a -m 'know the domain' && git -C "../$name" push -q
  done
} >/dev/null 2>&1

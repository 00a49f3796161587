# The story's repositories behind git@example.com, which is a folder here; Eric owns aperture, Mara owns
# fungal-image-analysis. An empty repository waits for the realm. For docs/guide.md.
# shellcheck shell=bash

# shellcheck source=test/transcripts/story.sh
. "$(dirname "${BASH_SOURCE[0]}")/story.sh"
git config --global "url.file://$PWD/remotes/.insteadOf" git@example.com:
for name in aperture fungal-image-analysis; do
  git -C "$name" remote set-url origin "git@example.com:$name.git"
done
git init -q --bare remotes/realm-letemcook.git
git -C fungal-image-analysis config user.name Mara
git -C fungal-image-analysis config user.email mara@example.com

#!/usr/bin/env bash
# A class without internet, on one machine: a teacher's network namespace and those of N learners, each with an empty home,
# an empty cache and no route to any registry. Shows the one line, its time, the bytes that crossed, and the check of
# exercise 1 at the end. For root on Linux; no part of `pnpm test`.
#   packages/share/test/rooms.sh [LEARNERS] [RATE, as in 20mbit: what the teacher's line carries]
set -euo pipefail
cd "$(dirname "$0")/../../.."
learners=${1:-1} rate=${2:-}
work=$(mktemp -d) tag=ws$$ net=10.83.0
trap 'cleanup' EXIT

cleanup() {
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  for i in $(seq 0 "$learners"); do ip netns delete "$tag-$i" 2>/dev/null || true; done
  ip link delete "$tag" 2>/dev/null || true
  rm -rf "$work"
}

# A bridge, and for everybody a namespace with a cable to it.
ip link add "$tag" type bridge
ip link set "$tag" up
for i in $(seq 0 "$learners"); do
  ip netns add "$tag-$i"
  ip link add "$tag.$i" type veth peer name eth0 netns "$tag-$i"
  ip link set "$tag.$i" master "$tag" up
  ip -n "$tag-$i" address add "$net.$((i + 1))/24" dev eth0
  ip -n "$tag-$i" link set eth0 up
  ip -n "$tag-$i" link set lo up
done
[ -z "$rate" ] || ip netns exec "$tag-0" tc qdisc add dev eth0 root tbf rate "$rate" burst 256kb latency 100ms

ip netns exec "$tag-0" env WORKSHOP_ROOM="$work/room" node packages/cli/ex.js teach --share --host "$net.1" > "$work/teacher" 2>&1 &
server=$!
until grep -q workshop.tgz "$work/teacher"; do kill -0 "$server" || { cat "$work/teacher"; exit 1; }; sleep 0.1; done
line=$(grep -o 'npx .*workshop.tgz' "$work/teacher" | head -1)
echo "\$ $line"

learner() { # what one of them does
  local home="$work/home-$1"
  mkdir -p "$home/none/lib" && cd "$home"
  local -a alone=(ip netns exec "$tag-$1" env -i PATH="$PATH" HOME="$home" TMPDIR="$home" npm_config_prefix="$home/none")
  local begin=$(date +%s%N)
  "${alone[@]}" $line --yes > line.log 2>&1 || { cat line.log; echo "learner $1: the line failed"; return 1; }
  local installed=$(date +%s%N)
  cd p2p-workshop
  # One after the other: ten laptops have more than the cores of this machine.
  flock "$work/check" "${alone[@]}" node ex 1 check --solution > ../check.log 2>&1 || { cat ../check.log; echo "learner $1: the check failed"; return 1; }
  local crossed=$(ip netns exec "$tag-$1" cat /sys/class/net/eth0/statistics/rx_bytes)
  echo "learner $1: the line took $(((installed - begin) / 1000000)) ms, $((crossed / 1000000)) MB came; $(tail -n 3 ../check.log | tr -s '\n ' ' ')"
  # Nothing of the share stays in the files of the workshop. The room has to know where it is, until the learner leaves.
  ! grep -rIl "$net.1" . --exclude-dir=.pnpm --exclude-dir=room || { echo "learner $1: an address of the share stayed"; return 1; }
}

pids=()
for i in $(seq 1 "$learners"); do learner "$i" & pids+=($!); done
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
# What git would say on the learner's side: the same files, unchanged.
echo "files that git knows and the first learner has otherwise: $(git ls-files -z | while IFS= read -r -d '' file; do cmp -s "$file" "$work/home-1/p2p-workshop/$file" || echo "$file"; done | wc -l)"
echo "changed on the teacher's side: $(git status --porcelain | grep -c . || true)"
exit "${failed:-0}"

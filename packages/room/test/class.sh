#!/usr/bin/env bash
# A class on one machine: a teacher, three learners and the teacher's second laptop, each in a network namespace of its
# own. The teacher's machine is killed twice: once it starts again, once the other laptop takes the room over. Every
# command is shown with its time. For root on Linux; no part of `pnpm test`.
#   packages/room/test/class.sh
set -euo pipefail
cd "$(dirname "$0")/../../.."
[ "$(id -u)" = 0 ] && ip netns list > /dev/null 2>&1 || { echo 'Skipped: only root on Linux can make network namespaces.'; exit 0; }
work=$(mktemp -d) tag=wc$$ net=10.84.0
names=([0]=teacher [1]=Ana [2]=Bo [3]=Cy [4]=second)
trap 'cleanup' EXIT

cleanup() {
  for i in 0 1 2 3 4; do
    for pid in $(ip netns pids "$tag-$i" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns delete "$tag-$i" 2>/dev/null || true
  done
  ip link delete "$tag" 2>/dev/null || true
  rm -rf "$work"
}

ip link add "$tag" type bridge
ip link set "$tag" up
for i in 0 1 2 3 4; do
  ip netns add "$tag-$i"
  ip link add "$tag.$i" type veth peer name eth0 netns "$tag-$i"
  ip link set "$tag.$i" master "$tag" up
  ip -n "$tag-$i" address add "$net.$((i + 1))/24" dev eth0
  ip -n "$tag-$i" link set eth0 up
  ip -n "$tag-$i" link set lo up
done

on() { # a command on a machine
  local i=$1
  shift
  ip netns exec "$tag-$i" env -u npm_lifecycle_event WORKSHOP_ROOM="$work/$i" "$@"
}
ex() { # a command of ours on a machine, with its time
  local i=$1 begin=$(date +%s%N)
  shift
  echo "${names[$i]} \$ pnpm ex $*"
  on "$i" node packages/cli/ex.js "$@" > "$work/said" 2>&1 || true
  sed 's/^/    /' "$work/said"
  echo "    ($((($(date +%s%N) - begin) / 1000000)) ms)"
}
teach() { # opens the room on a machine, and leaves it open
  local i=$1 begin=$(date +%s%N)
  shift
  echo "${names[$i]} \$ pnpm ex teach $*"
  on "$i" node packages/cli/ex.js teach "$@" > "$work/teach-$i" 2>&1 &
  opened=$!
  until grep -q 'The board' "$work/teach-$i"; do kill -0 "$opened" || { cat "$work/teach-$i"; exit 1; }; sleep 0.05; done
  line=$(grep -o 'join .*' "$work/teach-$i" | head -1)
  echo "    pnpm ex $line"
  echo "    ($((($(date +%s%N) - begin) / 1000000)) ms)"
}
board() { # who is on the board of a machine, and where
  local address=$(grep -o 'http://[^ ]*' "$work/teach-$1" | tail -1)
  (cd packages/page && on "$1" node --input-type=module -e "
    import WebSocket from 'ws'
    const { host, origin, hash } = new URL('$address')
    const socket = new WebSocket('ws://' + host + '/live?' + hash.slice(1), { origin })
    socket.on('message', (data) => {
      for (const { type, people } of [JSON.parse(data)].flat()) if (type === 'shown' || people) {
        console.log(people.map(({ name, exercise, step, hand }) => name + (exercise ? ' at ' + exercise + '.' + (step ?? 'done') : '') + (hand ? ' hand' : '')).sort().join(', '))
        process.exit()
      }
    })")
}
until_board() { # waits until the board of a machine shows something, and says how long that took
  local i=$1 begin=$(date +%s%N)
  until [ "$(board "$i")" = "$2" ]; do
    [ $((($(date +%s%N) - begin) / 1000000000)) -lt 90 ] || { echo "FAILED: the board has “$(board "$i")”"; exit 1; }
    sleep 0.1
  done
  echo "    the board of ${names[$i]}: $2  (after $((($(date +%s%N) - begin) / 1000000)) ms)"
}
until_news() { # waits until a learner's machine has what the teacher told
  local begin=$(date +%s%N)
  until grep -q "$2" "$work/$1/news.json" 2>/dev/null; do
    [ $((($(date +%s%N) - begin) / 1000000000)) -lt 90 ] || { echo "FAILED: ${names[$1]} never read “$2”"; exit 1; }
    sleep 0.05
  done
  echo "    ${names[$1]} has “$2”  (after $((($(date +%s%N) - begin) / 1000000)) ms)"
}
kill_teacher() {
  echo "* the machine of ${names[$1]} is killed"
  for pid in $(ip netns pids "$tag-$1"); do kill -9 "$pid"; done
}

teach 0
for i in 1 2 3; do ex "$i" $line --name "${names[$i]}" --yes; done
until_board 0 'Ana, Bo, Cy'
ex 1 1 check --verbose
until_board 0 'Ana at 1.1, Bo, Cy'
ex 2 ask 'why does my reader skip 0?'
until_board 0 'Ana at 1.1, Bo hand, Cy'
ex 0 tell 'Back at 14:00'
for i in 1 2 3; do until_news $i 'Back at 14:00'; done
ex 3 progress
echo 'Bo $ pnpm ex 1 server --solution'
on 2 node packages/cli/ex.js 1 server --solution > "$work/server" 2>&1 < <(sleep 90) &
until key=$(grep -oE '[0-9a-f]{64}' "$work/server"); do sleep 0.05; done
echo "Ana \$ pnpm ex 1 client $key --solution"
on 1 node packages/cli/ex.js 1 client "$key" --solution > "$work/client" 2>&1 < <(echo 'hello across the room'; sleep 60) &
until grep -q 'hello across the room' "$work/server"; do sleep 0.05; done
sed 's/^/    Bo reads: /' "$work/server" | tail -1

kill_teacher 0
ex 2 ask --done
teach 0
until_board 0 'Ana at 1.1, Bo, Cy'

cp "$work/0/teacher.json" "$work/teacher.json"
kill_teacher 0
teach 4 --room "$work/teacher.json"
ex 1 $line
until_board 4 'Ana at 1.1, Bo, Cy'
ex 4 tell 'I am another laptop'
for i in 1 2 3; do until_news $i 'I am another laptop'; done
ex 3 leave
until_board 4 'Ana at 1.1, Bo'
echo 'All of it worked.'

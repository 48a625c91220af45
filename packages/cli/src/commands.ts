// Every command of `pnpm ex`, in the order of its help. A new one is an entry here.
import { resolve } from 'node:path'
import { rolesOfAnswer } from './answer.ts'
import { userDir } from './caller.ts'
import { type Command, command, UsageError } from './command.ts'
import { shells } from './shells.ts'
import {
  exerciseNumbers,
  exercisesIn,
  learnersIn,
  networkIn,
  newName,
  numberOf,
  portIn,
  ROOM_PORT,
  seedIn,
  usualNetwork
} from './words.ts'

const name = { value: 'NAME', about: 'what the others call you', read: String }
const yes = { about: 'do not ask' }

const solution = { about: 'our answer instead of yours' }
const verbose = { about: "show the library's own words for an error too" }
const step = { value: 'N', about: 'only step N', read: (word: string) => numberOf('step', word) }
const network = {
  value: 'WHERE',
  about: 'local (the default), public, or HOST:PORT of a network in your room',
  read: networkIn,
  among: ['local', 'public']
}

/** Throws a UsageError where no room can be opened. */
async function mustHaveRooms(): Promise<void> {
  const why = (await import('@workshop/room/library')).missing()
  if (why) throw new UsageError(why)
}

/** What `pnpm ex` alone does. */
export const list = command({
  name: '',
  of: 'workshop',
  group: 'Learn',
  about: 'the exercises, and where you are',
  run: async () => (await import('./show.ts')).list()
})

/** What `pnpm ex 3` does. */
export const show = command({
  name: '',
  of: 'exercise',
  group: 'Learn',
  about: 'what the exercise is about, its roles and its steps',
  run: async ({ exercise }) => (await import('./show.ts')).show(exercise)
})

/** What `pnpm ex 3 writer` does. The first of its words is the role. */
export const role = command({
  name: 'ROLE',
  of: 'exercise',
  group: 'Learn',
  about: 'run your version of a role',
  more: 'All other words and options go to the role, as the README of the exercise shows them. Everything after “--” goes to the role.',
  words: { usage: '[WORDS …]', most: Number.POSITIVE_INFINITY },
  options: { solution, network, verbose },
  passesOn: true,
  run: async ({ exercise, words: [role = '', ...args], options }) =>
    (await import('./run.ts')).runRole(exercise, role, args, {
      ...options,
      network: options.network ?? (await usualNetwork())
    })
})

export const help = command({
  name: 'help',
  of: 'either',
  group: 'This command',
  about: 'this list, or all about one command',
  words: { usage: '[COMMAND]', most: 1, among: () => commands.map(({ name }) => name).filter((name) => name !== '') },
  run: async ({ exercise, words }) => console.log((await import('./help.ts')).help(exercise, words[0]))
})

export const version = command({
  name: 'version',
  of: 'workshop',
  group: 'This command',
  about: 'the versions of the workshop and of what runs it',
  run: async () => console.log(await (await import('./help.ts')).versions())
})

export const commands: Command[] = [
  list,
  show,
  role,
  command({
    name: 'all',
    of: 'exercise',
    group: 'Learn',
    about: 'all its roles in one terminal',
    more: 'What you type goes to one of the programs: “>2” chooses the second one.',
    options: { solution, network },
    run: async ({ exercise, options: { solution, network } }) =>
      (await import('./all.ts')).all(exercise, { solution, network: network ?? (await usualNetwork()) })
  }),
  command({
    name: 'check',
    of: 'exercise',
    group: 'Learn',
    about: 'the verdict: what was done, what was seen, what it means',
    more: 'The exit code is 0 when all is right, 1 when the answer is not right yet, 2 when the command line is wrong, and 3 when this machine is in the way.',
    options: {
      step,
      solution,
      dir: { value: 'DIR', about: 'the answer in another folder', read: (word) => resolve(userDir(), word) },
      extra: { about: 'the extra credits instead' },
      seed: {
        value: 'SEED',
        about: 'repeat the inputs of another verdict: a verdict that fails prints its seed',
        read: seedIn
      },
      json: { about: 'one JSON object for each step, for a program' },
      verbose,
      picture: { about: 'what happened in the step that failed, as a page to look at: one file' },
      trace: { about: 'the same as text' },
      watch: { about: 'again at each save: the same as watch' }
    },
    run: async ({ exercise, options }) => (await import('./check.ts')).check(exercise, options)
  }),
  command({
    name: 'watch',
    of: 'exercise',
    group: 'Learn',
    about: 'a verdict each time you save, and keys for hints and more',
    options: { verbose },
    run: async ({ exercise, options }) => (await import('./watch.ts')).watch(exercise, options)
  }),
  command({
    name: 'hint',
    of: 'exercise',
    group: 'Learn',
    about: 'for the step you are at: a question, then where to look, then our lines',
    options: { step: { ...step, about: 'for step N instead' } },
    run: async ({ exercise, options }) => console.log(await (await import('./hint.ts')).hint(exercise, options.step))
  }),
  command({
    name: 'diff',
    of: 'exercise',
    group: 'Learn',
    about: 'your files beside ours',
    words: { usage: '[ROLE]', most: 1, among: (exercise) => (exercise ? rolesOfAnswer(exercise) : []) },
    options: { step, peek: { about: 'do not ask whether you want to see our answer before yours passes' } },
    run: async ({ exercise, words, options }) => (await import('./diff.ts')).compare(exercise, words[0], options)
  }),
  command({
    name: 'picture',
    of: 'workshop',
    group: 'Learn',
    about: 'the swarm of this machine, drawn while it happens',
    more: 'With a FILE it plays a recording.',
    words: { usage: '[FILE]', most: 1 },
    options: {
      record: { value: 'FILE', about: 'keep what happens in a file', read: (word) => resolve(userDir(), word) },
      port: { value: 'PORT', about: 'the port of the page; a free one if you give none', read: portIn }
    },
    run: async ({ words: [file], options: { record, port = 0 } }) =>
      (await import('./picture.ts')).picture(file === undefined ? undefined : resolve(userDir(), file), {
        record,
        port
      })
  }),
  command({
    name: 'progress',
    of: 'workshop',
    group: 'Learn',
    about: 'how far you are in all exercises',
    options: { json: { about: 'as JSON, for a program' } },
    run: async ({ options }) => (await import('./progress.ts')).progress(options.json)
  }),

  command({
    name: 'join',
    of: 'workshop',
    group: 'The room',
    about: 'take part in the room of a class; the teacher’s screen shows address and code',
    more: 'In a room, without words, it brings what the teacher has corrected in a workshop that they shared.',
    words: { usage: 'ADDRESS CODE', most: 4 },
    options: { name, yes },
    run: async ({ words, options }) => {
      await mustHaveRooms()
      return (await import('./room.ts')).join(words, options)
    }
  }),
  command({
    name: 'ask',
    of: 'workshop',
    group: 'The room',
    about: 'put your hand up, with words or without',
    words: { usage: '["WORDS"]', most: Number.POSITIVE_INFINITY },
    options: { done: { about: 'take it down' } },
    run: async ({ words, options }) => (await import('./room.ts')).ask(words, options)
  }),
  command({
    name: 'leave',
    of: 'workshop',
    group: 'The room',
    about: 'leave the room, and remove all of it from this machine',
    options: { yes },
    run: async ({ options }) => (await import('./room.ts')).leave(options)
  }),
  command({
    name: 'teach',
    of: 'workshop',
    group: 'The room',
    about: 'open a room, for those who teach',
    options: {
      name,
      room: { value: 'FILE', about: 'the room that was open on another laptop: its teacher.json', read: String },
      host: { value: 'ADDRESS', about: 'the address of this machine that others reach', read: String },
      rehearse: { value: 'N', about: 'a room with N invented learners, to try the board', read: learnersIn },
      share: { about: 'serve the workshop to laptops that have only Node: see share' }
    },
    run: async ({ options: { rehearse, ...options } }) => {
      await mustHaveRooms()
      return rehearse === undefined
        ? (await import('./teach.ts')).teach(options)
        : (await import('./board.ts')).rehearsal(rehearse)
    }
  }),
  command({
    name: 'tell',
    of: 'workshop',
    group: 'The room',
    about: 'say something to everybody, for those who teach',
    words: { usage: '"TEXT"', most: Number.POSITIVE_INFINITY },
    run: async ({ words }) => (await import('./room.ts')).tell(words)
  }),

  command({
    name: 'reset',
    of: 'exercise',
    group: 'Your files',
    about: 'start over',
    run: async ({ exercise }) => (await import('./terminal.ts')).say((await import('./over.ts')).reset(exercise))
  }),
  command({
    name: 'catch-up',
    of: 'exercise',
    group: 'Your files',
    about: 'copy our answer into your files, to go on with the next exercise',
    run: async ({ exercise }) => (await import('./over.ts')).catchUp(exercise)
  }),
  command({
    name: 'undo',
    of: 'exercise',
    group: 'Your files',
    about: 'take back the last reset, catch-up or restore',
    run: async ({ exercise }) => (await import('./over.ts')).undo(exercise)
  }),
  command({
    name: 'snapshots',
    of: 'either',
    group: 'Your files',
    about: 'the snapshots of your files; with numbers, what differs between two, or since one',
    words: { usage: '[A [B]]', most: 2 },
    run: async ({ exercise, words }) => {
      const numbers = words.map((word) => numberOf('snapshot', word))
      console.log((await import('./over.ts')).listSnapshots(exercise, numbers))
    }
  }),
  command({
    name: 'restore',
    of: 'exercise',
    group: 'Your files',
    about: 'put a snapshot back',
    words: { usage: 'SNAPSHOT', most: 1 },
    run: async ({ exercise, words: [word] }) =>
      (await import('./over.ts')).restore(exercise, numberOf('snapshot', word ?? ''))
  }),

  command({
    name: 'doctor',
    of: 'workshop',
    group: 'This machine',
    about: 'is this machine ready, and if not, what to do',
    run: async () => (await import('./doctor.ts')).doctor()
  }),
  command({
    name: 'network',
    of: 'workshop',
    group: 'This machine',
    about: 'the network of this machine, or one for a whole room',
    options: {
      host: {
        value: 'ADDRESS',
        about: 'run a network that others reach at this address of this machine',
        read: String
      },
      port: { value: 'PORT', about: `its UDP port; ${ROOM_PORT} if you give none`, read: portIn }
    },
    run: async ({ options: { host, port = ROOM_PORT } }) => (await import('./network.ts')).network(host, port)
  }),
  command({
    name: 'share',
    of: 'workshop',
    group: 'This machine',
    about: 'the whole workshop on this laptop, for a class without internet',
    more: 'In the room, pnpm ex teach --share serves it.',
    options: { prepare: { about: 'fetch what every system needs, at home' } },
    run: async ({ options: { prepare } }) => (await import('./share.ts')).share(prepare)
  }),

  command({
    name: 'new',
    of: 'workshop',
    group: 'For authors',
    about: 'the folders of a new exercise',
    words: { usage: 'NUMBER-NAME', most: 1 },
    options: { from: { value: 'N', about: 'another exercise to begin with', read: (word) => exercisesIn([word])[0] } },
    run: async ({ words: [word], options: { from } }) => (await import('./author.ts')).create(newName(word ?? ''), from)
  }),
  command({
    name: 'lint',
    of: 'workshop',
    group: 'For authors',
    about: 'what is missing in exercises, or wrong',
    words: { usage: '[N …]', most: Number.POSITIVE_INFINITY, among: exerciseNumbers },
    options: { draft: { about: 'for an exercise that is not finished: only what can already run' } },
    run: async ({ words, options }) => (await import('./author.ts')).lint(exercisesIn(words), options.draft)
  }),
  command({
    name: 'proof',
    of: 'workshop',
    group: 'For authors',
    about: 'run the wrong answers of exercises, and say at which step each one fails',
    words: { usage: '[N …]', most: Number.POSITIVE_INFINITY, among: exerciseNumbers },
    options: {
      mutants: { about: 'break our solution in every place instead, and write check/mutants.md' },
      sample: { value: 'N', about: 'in so many places, drawn from all', read: (word) => numberOf('mutant', word) }
    },
    run: async ({ words, options: { mutants, sample } }) =>
      mutants
        ? (await import('./mutants.ts')).mutants(exercisesIn(words), sample)
        : (await import('./author.ts')).proof(exercisesIn(words))
  }),

  help,
  command({
    name: 'completion',
    of: 'workshop',
    group: 'This command',
    about: 'let your shell complete what you type',
    more: [
      'Type this once; it works in every terminal that you open afterwards:',
      ...shells.map(({ install }) => install)
    ].join('\n'),
    words: { usage: shells.map(({ name }) => name).join('|'), most: 1, among: () => shells.map(({ name }) => name) },
    run: async ({ words: [word] }) => (await import('./completion.ts')).script(word)
  }),
  command({
    name: 'complete',
    of: 'workshop',
    about: 'what a shell asks while the user types',
    words: { usage: 'WORDS …', most: Number.POSITIVE_INFINITY },
    passesOn: true,
    run: async ({ words }) => (await import('./completion.ts')).complete(words)
  }),
  version
]

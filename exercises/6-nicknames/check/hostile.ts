// Peers that send anything, and peers that wear the names of others.
import { type Stage, type Step, shorten, step } from '@workshop/checks'
import DHT, { type KeyPair } from 'hyperdht'
import { bare, CLEARS, CODES, hasCodes, insist, LONGEST, NONSENSE, type Person, read, says } from './people.ts'
import { answering, BLOCKS, LONG, NAMES, pointOf, type Room } from './room.ts'

const BOUNDED =
  'Read what comes inside a `try`, and cut the text to the length that README.md allows. Throw only an `Error`.'
const CLEANED =
  'Take out all control characters, `\\p{Cc}` in a regular expression with the flag `u`: in a terminal they move the cursor. What is empty then is not shown. Cut what is too long, or refuse it. All of that goes for your own lines too.'
const NAMELESS = 'Show the lines of somebody without a name under a label that is nobody’s name.'
const ANSWERS = 'An answer is a key only when it has 32 bytes. No answer may end the program.'
const MENDED =
  'Judge each block by itself: behind one that holds no nickname, or too long a one, a proper one may come.'
const SHARED =
  'Mallory had handed out the key of his core too: two peers may name one core. Look at it for each of them, and compare `peer` each time. And keep all keys in the hyperbee.'
const BOUND =
  'Anyone who knows a core’s key can hand it out. Take a nickname from a block only when its `peer` is the public key of the connection.'

/** How often somebody says something while their name is on its way, and how many ms they are silent between two words. */
const WORDS = 100
const PACE = 10

/** Steps 6 and 7. */
export function hostile(stage: Stage, { meets, isAsked, promise, comes, talking, away, back }: Room): Step[] {
  return [
    step('nothing that a peer sends ends the chat, or fills it', async () => {
      const { ana, ben, who } = await talking()
      const { chat } = ana
      promise('no line is empty, too long or does something to a terminal', 6, CLEANED, () => {
        for (const { who, text } of ana.chat.page.lines) {
          const [whose, length] = [who === 'local' ? ' of its own' : '', [...text].length]
          if (length > LONGEST.message) return { broken: `Its page shows a line${whose} of ${length} characters.` }
          if (text.trim() === '') return { broken: `Its page shows a line${whose} with nothing in it.` }
          const [code] = [...text].filter(hasCodes)
          if (code) return { broken: `Its page shows a line${whose} with the control character ${pointOf(code)}.` }
        }
        const long = ben.heard.map(({ data }) => read(data)).find((text) => [...text].length > LONGEST.message)
        return long === undefined ? undefined : { broken: `Ben received a message of ${[...long].length} characters.` }
      })
      stage.did(
        `Ben sent ${NONSENSE.length} things that are not messages, then a message of 10 MB, then some with control characters.`
      )
      for (const data of NONSENSE) ben.send(data)
      ben.say('x'.repeat(10_000_000))
      ben.say('x'.repeat(LONGEST.message + 1))
      ben.say(`be${CLEARS}ep \u0007`)
      ben.say(`all of them: ${CODES.join(' ')}`)
      const long = 'ж'.repeat(LONGEST.message)
      ben.sayOnce([long])
      await says(ben, 'after the nonsense', chat, BOUNDED)
      const isShown = chat.page.lines.some(({ text }) => bare(text) === long)
      stage.expect(
        isShown,
        `It does not show all of a message with ${long.length} characters, each of two bytes.`,
        LONG
      )
      await stage.keepPromises()

      stage.did(
        'Strangers answered `getKey` with nothing, with 5 bytes, with 33 bytes, and with a key that nobody has.'
      )
      const answers = [null, Buffer.alloc(5), Buffer.alloc(33), DHT.keyPair().publicKey]
      const strangers = await Promise.all(answers.map((answer) => comes(undefined, answering(answer))))
      for (const [i, stranger] of strangers.entries()) {
        await isAsked(stranger, 'A stranger was never asked for a key.', ANSWERS)
        const { nickname } = await says(stranger, `I am stranger ${i}`, chat, ANSWERS)
        const isWorn = [...chat.page.nicknames.values()].includes(nickname)
        stage.expect(!isWorn, `A line of a stranger is shown as one of “${shorten(nickname)}”.`, NAMELESS)
      }
      stage.did(
        'Others came with blocks that hold no nickname, one with a nickname of 10 kB, and one whose nickname has one character too many.'
      )
      const contents = [
        'no json',
        'null',
        '7',
        '[]',
        '{"nickname":7}',
        '{"nickname":["a"]}',
        '{"nickname":"\\u009b"}',
        '{"nickname":"  "}'
      ]
      const holding = (content: string) => (person: Person) => {
        const block = content.replace('}', `,"peer":"${person.who}"}`)
        person.store.get({ name: 'local' }).append(Buffer.from(block))
      }
      const odd = await Promise.all([
        ...contents.map((content) => comes(undefined, holding(content))),
        comes(`w${CLEARS}${'w'.repeat(10_000)}`),
        comes('w'.repeat(LONGEST.nickname + 1))
      ])
      for (const [i, person] of odd.entries()) {
        await meets(
          () => person.fetched > 0,
          () => `Nobody fetched the block ${contents[i] ?? 'with a long nickname'} of somebody who came.`,
          BLOCKS
        )
        const { nickname } = await says(person, `my block is odd ${i}`, chat, BLOCKS)
        const isOdd = /^(7|a|)$/.test(nickname)
        stage.expect(!isOdd, `It calls somebody “${nickname}”, and their block does not say so.`, BLOCKS)
      }
      await stage.keepPromises()
      stage.did(
        'Then each of them took a proper nickname, as long as it may be. Two of them went on talking until it was there, and after it.'
      )
      const mended = (i: number) => `mended ${i} `.padEnd(LONGEST.nickname, 'ö')
      await Promise.all(odd.map((person, i) => person.rename(mended(i))))
      const talks = odd.slice(0, 2).map(async (person, i) => {
        const texts: string[] = []
        const answers: Promise<boolean>[] = []
        const tells = (text: string) => {
          texts.push(text)
          answers.push(person.tells(who, text))
        }
        const goOn = () => texts.length < WORDS && tells(`still ${i}, ${texts.length}`)
        await insist(goOn, chat.calls(person, mended(i), `${MENDED} ${LONG}`), PACE)
        tells(`now ${i}`)
        const heard = await Promise.all(answers)
        person.saidOnce.push(...texts.filter((_, i) => heard[i]))
      })
      await Promise.all(talks)
      for (const [i, person] of odd.entries()) await chat.calls(person, mended(i), `${MENDED} ${LONG}`)
      await stage.keepPromises()
      await Promise.all([...strangers, ...odd].map((person) => person.leave()))

      stage.did('I saved nicknames that are empty, too long, full of control characters, and as long as they may be.')
      const { nickname: before, page } = chat
      const { length } = page.errors
      const fits = 'Ж'.repeat(LONGEST.nickname)
      const fitting = 'щ'.repeat(LONGEST.message)
      page.tell({ type: 'rename', nickname: 'l'.repeat(LONGEST.nickname + 1) })
      await chat.shows(
        ({ errors }) => errors.length > length || chat.nickname.startsWith('ll'),
        'It neither cut the long name nor refused it.',
        LONG
      )
      const own = [...chat.nickname].length
      stage.expect(own <= LONGEST.nickname, `Its page shows its own user with a name of ${own} characters.`, LONG)
      for (const nickname of ['  ', '\u0007', `e${CLEARS}`]) page.tell({ type: 'rename', nickname })
      stage.did('I wrote messages that are empty, too long, as long as they may be, and full of control characters.')
      await chat.tries(
        ['', '\u0007 \u009b', 'l'.repeat(5_000), 'm'.repeat(LONGEST.message + 1), fitting, `cl${CLEARS}ear`],
        [ben]
      )
      stage.expect(
        page.lines.some(({ who, text }) => who === 'local' && bare(text) === fitting),
        `It does not show all of its own message with ${fitting.length} characters, each of two bytes.`,
        LONG
      )
      await stage.keepPromises()
      page.tell({ type: 'rename', nickname: fits })
      await chat.calls('local', fits, LONG)
      page.tell({ type: 'rename', nickname: before })
      await chat.calls('local', before, LONG)
    }),

    step('nobody wears the name of another', async () => {
      const { ana, ben } = await talking()
      const { chat } = ana
      stage.did(
        'Mallory came, and answered `getKey` with the key of Ben’s core. Mickey came, with his name. Then his own core said that he is Ben.'
      )
      const mallory = await comes(
        'mallory',
        (person) => {
          person.answer = () => ben.profile.key
        },
        keyPairBefore(ben.keyPair)
      )
      const mickey = await comes('mickey')
      await isAsked(mallory, 'Mallory was never asked for her key.', NAMES)
      await chat.calls(mickey, 'mickey', NAMES)
      // More blocks than Ben has: who counts them takes the last one for the newest of all.
      const blocks = Array.from({ length: 20 }, () => ({ nickname: 'mickey', peer: mickey.who }))
      const { fetched } = mickey
      await mickey.profile.append([...blocks, { nickname: 'ben the false' }])
      await meets(() => mickey.fetched > fetched, 'Nobody fetched the newest block of Mickey.', NAMES)
      const nameless = mickey.fetched
      await mickey.profile.append({ nickname: 'ben the false', peer: ben.who })
      await meets(() => mickey.fetched > nameless, 'Nobody fetched the newest block of Mickey.', NAMES)
      const saw = 'Its terminal calls somebody “ben the false”, as Mickey’s block says.'
      promise('nobody gives a name to another', 7, BOUND, () =>
        /(met|is now) ben the false/.test(ana.chat.role.output) ? { broken: saw } : undefined
      )
      stage.did('Then Ben renamed himself twice.')
      for (const nickname of ['ben the first', 'ben the only']) {
        await ben.rename(nickname)
        await chat.calls(ben, nickname, BOUND)
        for (const [liar, name] of [
          [mallory, 'Mallory'],
          [mickey, 'Mickey']
        ] as const) {
          const text = `I am ${nickname}, says ${name}`
          const line = await insist(() => liar.say(text, { nickname, peer: ben.who }), chat.showsLine(text, BOUND))
          stage.expect(line.who === liar.who, `A line of ${name} is shown as one of ${shorten(line.who)}.`, BOUND)
          const worn = () => ana.chat.page.nicknames.get(liar.who) ?? line.nickname
          const saw = () => `Its page calls ${name} “${worn()}”.`
          stage.expect(!worn().startsWith('ben'), saw(), BOUND)
          promise('nobody wears the name of another', 7, BOUND, () =>
            worn().startsWith('ben') ? { broken: saw() } : undefined
          )
        }
      }
      await stage.keepPromises()
      stage.did('The chat was started again, and went back into the room.')
      await away()
      const again = await back()
      await says(mallory, 'do you know me?', again, BOUND)
      await says(mickey, 'and me?', again, BOUND)
      await again.calls(ben, 'ben the only', SHARED)
      await stage.keepPromises()
      await Promise.all([mallory.leave(), mickey.leave()])
    })
  ]
}

/** A key pair whose public key is the smaller one: a map that is read in order has its owner first. */
function keyPairBefore(other: KeyPair): KeyPair {
  for (;;) {
    const keyPair = DHT.keyPair()
    if (Buffer.compare(keyPair.publicKey, other.publicKey) < 0) return keyPair
  }
}

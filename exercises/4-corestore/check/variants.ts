// Right answers in other styles, each the solution with some things changed.
import type { Variant } from '@workshop/checks'

const variants: Variant[] = [
  {
    name: 'keeps its cores in a map, says more in block 0, and opens text cores',
    edits: {
      'writer.ts': [
        [
          "if (main.length === 0) await main.append({ otherKeys: [core2, core3].map(({ key }) => key.toString('hex')) })",
          "const others = new Map(Object.entries({ core2, core3 }))\nconst otherKeys = [...others.values()].map((core) => core.key.toString('hex'))\nif (main.length === 0) await main.append({ about: 'two logs', otherKeys } as { otherKeys: string[] })"
        ],
        ['    await core2.append(Buffer.from(line))', "    await others.get('core2')?.append([Buffer.from(line)])"]
      ],
      'reader.ts': [
        [
          'const core = store.get(key)',
          "const core = store.get<string>({ key: Buffer.from(key, 'hex'), valueEncoding: 'utf-8' })"
        ],
        [
          '    console.log(`Block ${index++} in Core ${key}: ${block}`)',
          "    process.stdout.write(`Block ${index++} in Core ${core.key.toString('hex')}: ${block}\\n`)"
        ]
      ]
    }
  }
]

export default variants

export * from './bare.ts'
export * from './error.ts'
export * from './messages.ts'

// @ts-nocheck: its package stands in tests/clients/node_modules, which only tests of real clients install.
// The SDK of today, which sends the key as Bearer.
import Anthropic from '@anthropic-ai/sdk'
import { callWith } from './messages.mjs'

await callWith(Anthropic)

// @ts-nocheck: its package stands in tests/clients/node_modules, which only tests of real clients install.
// The SDK before its first major version, which sends the key as X-Api-Key.
import Anthropic from 'anthropic-sdk-0'
import { callWith } from './messages.mjs'

await callWith(Anthropic)

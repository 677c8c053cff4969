import assert from 'node:assert/strict'
import { test } from 'node:test'
import { libxml } from './libxml.ts'
import { xmlSchema } from './xml-schema.ts'

const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="a"><xs:complexType><xs:sequence>
    <xs:element name="b" type="xs:int" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>`

test('of the faults of a document only those are looked at that are told', async () => {
  const { XmlDocument, XmlValidateError, XsdValidator } = await libxml()
  const validator = XsdValidator.fromDoc(XmlDocument.fromString(schema))
  const document = XmlDocument.fromString(`<a>${'<b x="1" y="2">no number</b>'.repeat(1000)}</a>`)
  assert.throws(
    () => validator.validate(document),
    error => error instanceof XmlValidateError && error.details.length === 20,
  )
})

test('each of them is told with its place', async () => {
  const judge = await xmlSchema(schema, 100)
  assert.deepEqual(judge(Buffer.from('<a><b>1</b><b>x</b></a>')), { '/a/b[2]': ['has a value of another type'] })
})

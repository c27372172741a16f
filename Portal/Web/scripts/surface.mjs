/**
 * Turns the approved surface of the portal (tests/Portal.Tests/Approved/openapi.txt, drawn from the OpenAPI document and frozen by a test)
 * into TypeScript. Numbers may come as text in OpenAPI's eyes; the portal writes them as numbers.
 */

/** Words that the records carry as plain text, and what they can be. */
const refined = {
  'PatientLabel.sex': 'Sex',
  'Demographics.sex': 'Sex',
  'User.roles': 'Role[]',
  'OwedItem.what': "'request' | 'identity' | 'fee'",
  'SiteProfile.kind': "'township' | 'expert'",
};

const words = `export type Instant = string;
export type Sex = 'M' | 'F' | 'O' | 'U';
export type Role =
  | 'desk' | 'technician' | 'nurse' | 'sonographer' | 'clinician' | 'duty' | 'trainee' | 'reader' | 'senior' | 'coordinator'
  | 'quality' | 'administrator';
`;

function typeOf(text) {
  if (text.startsWith('null or ')) return `${typeOf(text.slice('null or '.length))} | null`;
  if (text.startsWith('array of ')) return `${typeOf(text.slice('array of '.length))}[]`;
  if (text.startsWith('integer or string')) return 'number';
  if (text.startsWith('number')) return 'number';
  if (text === 'string date-time') return 'Instant';
  if (text === 'string' || text.startsWith('string ')) return 'string';
  if (text === 'boolean') return 'boolean';
  if (/^[A-Z]\w*$/.test(text)) return text;
  throw new Error(`What is "${text}"?`);
}

export function typesOf(surface) {
  const shapes = new Map();
  const enums = [];
  for (const line of surface.split('\n')) {
    const choice = /^(\w+) = (.+)$/.exec(line);
    if (choice !== null) {
      enums.push(`export type ${choice[1]} = ${choice[2].split(' | ').map((word) => `'${word}'`).join(' | ')};\n`);
      continue;
    }
    const member = /^(\w+)\.(\w+): (.+)$/.exec(line);
    if (member === null) continue;
    const [, name, property, type] = member;
    const members = shapes.get(name) ?? [];
    members.push(`  ${property}: ${refined[`${name}.${property}`] ?? typeOf(type)};\n`);
    shapes.set(name, members);
  }
  const interfaces = [...shapes].map(([name, members]) => `export interface ${name} {\n${members.join('')}}\n`);
  return `// Written by \`npm run types\` from the portal's approved surface. Not by hand.\n\n${words}\n${enums.join('\n')}\n${interfaces.join('\n')}`;
}

// Sorts SUSHI's output into definitions/, examples/, responses/ and samples/ in one stable formatting.
// Usage: node collect.mjs <fsh-generated/resources> <fsh sources> <target folder>
// A resource is an example when its FSH instance says "Usage: #example"; everything else is a definition.
// An example that points at resources it does not bring (one instance of a profile) is a sample: it validates, but a
// server that checks references could not load it. Responses are to be recorded, not loaded: they stand apart too.
import fs from "node:fs";
import path from "node:path";

const [generated, sources, target] = process.argv.slice(2);

function exampleKeys(folder) {
  const keys = new Set();
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".fsh"))) {
    const blocks = fs.readFileSync(path.join(folder, file), "utf8").split(/^(?=Instance:)/m);
    for (const block of blocks.filter((text) => text.startsWith("Instance:"))) {
      if (!/^Usage:\s*#example\s*$/m.test(block)) continue;
      const name = /^Instance:\s*(\S+)/.exec(block)[1];
      const id = /^\* id = "([^"]+)"/m.exec(block)?.[1] ?? name;
      keys.add(id);
    }
  }
  return keys;
}

const examples = exampleKeys(sources);
for (const folder of ["definitions", "examples", "responses", "samples"]) {
  fs.rmSync(path.join(target, folder), { recursive: true, force: true });
  fs.mkdirSync(path.join(target, folder), { recursive: true });
}
const count = { definitions: 0, examples: 0, responses: 0, samples: 0 };
const pointsElsewhere = (text) => /"reference": "[A-Z][A-Za-z]+\/[^"?]+"/.test(text);
const conformance = new Set(["StructureDefinition", "CodeSystem", "ValueSet", "ConceptMap", "PlanDefinition",
  "ObservationDefinition", "Questionnaire", "OperationDefinition"]);
for (const file of fs.readdirSync(generated).sort()) {
  const resource = JSON.parse(fs.readFileSync(path.join(generated, file), "utf8"));
  const isExample = examples.has(resource.id) && !conformance.has(resource.resourceType);
  const name = `${resource.resourceType}-${resource.id}.json`;
  const text = JSON.stringify(resource, null, 2) + "\n";
  const kind = !isExample ? "definitions" : pointsElsewhere(text) ? "samples"
    : resource.resourceType === "QuestionnaireResponse" ? "responses" : "examples";
  const folder = isExample ? path.join(target, kind) : path.join(target, kind, resource.resourceType);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
  count[kind] += 1;
}
console.log(`definitions: ${count.definitions}, examples: ${count.examples}, responses: ${count.responses}, samples: ${count.samples}`);

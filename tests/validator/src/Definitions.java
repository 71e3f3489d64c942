import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.utilities.npm.NpmPackage;

/**
 * The definitions a validation run is given, found by their canonical URL.
 *
 * <p>HAPI's own store keeps profiles, value sets and code systems. The rest (Questionnaires for their responses,
 * PlanDefinitions, ConceptMaps) is kept here. What is loaded later wins, so that files can mend a package.
 */
final class Definitions extends PrePopulatedValidationSupport {
    private static final List<String> KEPT_IN_PACKAGES = List.of("StructureDefinition", "ValueSet", "CodeSystem");

    private final FhirContext fhir;
    private final Map<String, IBaseResource> others = new HashMap<>();
    private final Set<String> namespaces = new HashSet<>();

    Definitions(FhirContext fhir) {
        super(fhir);
        this.fhir = fhir;
    }

    void addAll(List<Path> files) throws IOException {
        for (Path file : files) {
            add(file.toString(), Files.readString(file));
        }
    }

    /** Loads the profiles and terminology of an implementation guide's package (US Core's, say). */
    void addPackage(Path archive) throws IOException {
        try (var stream = Files.newInputStream(archive)) {
            NpmPackage contents = NpmPackage.fromPackage(stream);
            for (String type : KEPT_IN_PACKAGES) {
                for (String name : contents.listResources(type)) {
                    try (var file = contents.load("package", name)) {
                        add(name, new String(file.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
    }

    /** Says whether a URL lies in a namespace that a loaded profile comes from. */
    boolean own(String url) {
        return namespaces.contains(namespace(url));
    }

    private static String namespace(String url) {
        return url.substring(0, url.lastIndexOf('/') + 1);
    }

    private void add(String name, String text) {
        IBaseResource resource;
        try {
            resource = fhir.newJsonParser().parseResource(text);
        } catch (DataFormatException broken) {
            throw new IllegalArgumentException(name + " is no FHIR definition: " + broken.getMessage(), broken);
        }
        addResource(resource);
        if (resource instanceof StructureDefinition profile) {
            namespaces.add(namespace(profile.getUrl()));
        }
        if (resource instanceof MetadataResource definition && definition.hasUrl()) {
            others.put(definition.getUrl(), resource);
            if (definition.hasVersion()) {
                others.put(definition.getUrl() + "|" + definition.getVersion(), resource);
            }
        }
    }

    @Override
    public <T extends IBaseResource> T fetchResource(Class<T> type, String canonical) {
        // the engine also asks without a type; the store answers that
        IBaseResource found = others.get(canonical);
        return type != null && type.isInstance(found) ? type.cast(found) : super.fetchResource(type, canonical);
    }
}

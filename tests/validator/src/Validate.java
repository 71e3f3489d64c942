import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.slf4j.LoggerFactory;

/**
 * Validates FHIR R4 JSON with the HL7 validator, one JVM for all of it.
 *
 * <p>{@code java -jar validator.jar [--definitions DIR]... [--us-core TGZ]... [--stdin | FILE-OR-DIR...]}. With
 * {@code --stdin} each input line is one resource. Answers one JSON object a line, and a last one with the counts; exits
 * 1 when anything has an error, 2 when the call itself is wrong. Code systems that nobody loaded (LOINC, SNOMED CT,
 * RxNorm) can't be checked and only warn; required bindings to HL7's and our own are checked.
 */
public class Validate {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Errors that are no fault of the resource; exactly these texts are let pass. */
    private static final Set<String> NOT_OURS = Set.of(
            // said of every profile of an Extension, since the engine has no package cache here to ask
            "Error generating Snapshot: Unable to resolve package id hl7.fhir.r4.core#null "
                    + "(this usually arises from a problem in the differential)",
            // an example inside R4's own definition of Consent, which every snapshot of it repeats
            "if identifier.system is 'urn:ietf:rfc:3986', then the identifier.value must be a full URI "
                    + "(e.g. start with a scheme), not 'Local eCMS identifier'");

    private static final String UNKNOWN_EXTENSION = "Unknown extension ";

    private final PrintStream out;
    private final Definitions definitions;
    private final FhirValidator validator;
    private int resources;
    private int failed;

    private Validate(PrintStream out, Definitions definitions, FhirContext fhir) {
        this.out = out;
        this.definitions = definitions;
        var unknown = new UnknownCodeSystemWarningValidationSupport(fhir);
        unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
        // The chain caches what it is asked. The last link answers for code systems that no other one knows.
        var instances = new FhirInstanceValidator(new ValidationSupportChain(
                new DefaultProfileValidationSupport(fhir),
                definitions,
                new CommonCodeSystemsTerminologyService(fhir),
                new InMemoryTerminologyServerValidationSupport(fhir),
                new SnapshotGeneratingValidationSupport(fhir),
                unknown));
        instances.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        validator = fhir.newValidator().registerValidatorModule(instances);
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        var log = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.setLevel(ch.qos.logback.classic.Level.ERROR);

        FhirContext fhir = FhirContext.forR4();
        var definitions = new Definitions(fhir);
        boolean stdin = false;
        List<Path> files = new ArrayList<>();
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--definitions" -> definitions.addAll(jsonIn(Path.of(arguments[++i])));
                    case "--us-core" -> definitions.addPackage(Path.of(arguments[++i]));
                    case "--stdin" -> stdin = true;
                    default -> files.addAll(jsonIn(Path.of(arguments[i])));
                }
            }
            if (stdin != files.isEmpty()) {
                throw new IllegalArgumentException("give either --stdin or files");
            }
        } catch (RuntimeException | IOException wrong) {
            System.err.println("Validate: " + wrong);
            System.exit(2);
        }
        Validate run = new Validate(out, definitions, fhir);
        if (stdin) {
            run.lines(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
        for (Path file : files) {
            run.one(file.toString(), Files.readString(file));
        }
        out.println(JSON.createObjectNode().put("resources", run.resources).put("failed", run.failed));
        System.exit(run.failed > 0 ? 1 : 0);
    }

    private static List<Path> jsonIn(Path place) throws IOException {
        try (Stream<Path> found = Files.walk(place)) {
            return found.filter(path -> path.toString().endsWith(".json")).sorted().toList();
        }
    }

    private void lines(BufferedReader input) throws IOException {
        int number = 0;
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            number++;
            if (!line.isBlank()) {
                one("line " + number, line);
            }
        }
    }

    private void one(String file, String text) throws IOException {
        ObjectNode report = JSON.createObjectNode().put("file", file).put("resourceType", "").put("id", "");
        ArrayNode issues = JSON.createArrayNode();
        boolean bad = false;
        try {
            JsonNode resource = JSON.readTree(text);
            report.put("resourceType", resource.path("resourceType").asText(""));
            report.put("id", resource.path("id").asText(""));
            for (SingleValidationMessage message : validator.validateWithResult(text).getMessages()) {
                ResultSeverityEnum severity = severity(message);
                issues.add(issue(severity.getCode(), message.getLocationString(), message.getMessage()));
                bad |= severity.compareTo(ResultSeverityEnum.ERROR) >= 0;
            }
        } catch (RuntimeException | IOException broken) {
            issues.add(issue("fatal", "", "can't be read as FHIR JSON: " + broken.getMessage()));
            bad = true;
        }
        resources++;
        failed += bad ? 1 : 0;
        out.println(JSON.writeValueAsString(report.set("issues", issues)));
    }

    private ResultSeverityEnum severity(SingleValidationMessage message) {
        String text = message.getMessage();
        if (NOT_OURS.contains(text)) {
            return ResultSeverityEnum.INFORMATION;
        }
        // the engine lets any extension pass; in a namespace we hold the definitions of, an unknown one is a slip
        if (text.startsWith(UNKNOWN_EXTENSION) && definitions.own(text.substring(UNKNOWN_EXTENSION.length()))) {
            return ResultSeverityEnum.ERROR;
        }
        return message.getSeverity();
    }

    private static ObjectNode issue(String severity, String location, String message) {
        return JSON.createObjectNode().put("severity", severity).put("location", location).put("message", message);
    }
}

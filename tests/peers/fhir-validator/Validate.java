// SPDX-License-Identifier: GPL-3.0-or-later

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** Holds resources against R4 as HL7 publishes it; prints every issue, fails on any error. */
public final class Validate {
  /**
   * LOINC, whose licence keeps it out of the published package, and our own systems: their codes
   * are taken as they are here, and LOINC's are checked by check-codes. Everything else is still
   * checked by the others.
   */
  static final class OpenSystems implements IValidationSupport {
    private final FhirContext context;

    OpenSystems(FhirContext context) {
      this.context = context;
    }

    @Override
    public FhirContext getFhirContext() {
      return context;
    }

    private static boolean isOurs(String system) {
      return system != null && system.startsWith("https://hemogram.org/fhir/CodeSystem/");
    }

    @Override
    public boolean isCodeSystemSupported(ValidationSupportContext support, String system) {
      return "http://loinc.org".equals(system) || isOurs(system);
    }

    @Override
    public CodeValidationResult validateCode(
        ValidationSupportContext support,
        ConceptValidationOptions options,
        String system,
        String code,
        String display,
        String valueSetUrl) {
      if (valueSetUrl != null && !valueSetUrl.isEmpty()) {
        return null;
      }
      return isCodeSystemSupported(support, system) ? new CodeValidationResult().setCode(code) : null;
    }
  }

  public static void main(String[] arguments) throws Exception {
    FhirContext context = FhirContext.forR4();
    ValidationSupportChain chain =
        new ValidationSupportChain(
            new DefaultProfileValidationSupport(context),
            new OpenSystems(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context));
    FhirInstanceValidator instance = new FhirInstanceValidator(chain);
    FhirValidator validator = context.newValidator().registerValidatorModule(instance);
    boolean failed = false;

    for (String argument : arguments) {
      String text = Files.readString(Path.of(argument), StandardCharsets.UTF_8);
      int errors = 0;
      for (SingleValidationMessage issue : validator.validateWithResult(text).getMessages()) {
        System.out.printf(
            "%s: %s: %s%n",
            issue.getSeverity(), issue.getLocationString(), issue.getMessage());
        if (issue.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0) {
          errors++;
        }
      }
      System.out.printf("%s: %d errors%n", argument, errors);
      failed |= errors > 0;
    }
    System.exit(failed || arguments.length == 0 ? 1 : 0);
  }
}

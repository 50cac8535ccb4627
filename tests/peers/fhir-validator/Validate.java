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
   * LOINC, whose licence keeps it out of the published package, and our own systems: a code of
   * theirs is looked at for its shape only. Everything else is still checked by the others.
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
      if ("http://loinc.org".equals(system)) {
        return code != null && code.matches("[1-9][0-9]{0,5}-[0-9]") && hasCheckDigit(code)
            ? new CodeValidationResult().setCode(code)
            : new CodeValidationResult()
                .setSeverity(IssueSeverity.ERROR)
                .setMessage("not a LOINC code: " + code);
      }
      return isOurs(system) ? new CodeValidationResult().setCode(code) : null;
    }

    /** LOINC's check digit is Luhn's, mod 10. */
    private static boolean hasCheckDigit(String code) {
      int dash = code.indexOf('-');
      int sum = 0;
      for (int i = dash - 1, weight = 2; i >= 0; i--, weight = 3 - weight) {
        int product = (code.charAt(i) - '0') * weight;
        sum += product / 10 + product % 10;
      }
      return (10 - sum % 10) % 10 == code.charAt(dash + 1) - '0';
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

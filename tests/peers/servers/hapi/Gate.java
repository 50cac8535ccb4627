// SPDX-License-Identifier: GPL-3.0-or-later
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;

/**
 * Lets in who may read and write a clinic. The file of who may is read at each request, so that a test can
 * give and take rights while the server runs: an object of bearer (token: clinic), basic (user:password:
 * clinic), clients (client_id of a signed token: clinic), keys (the JWK set that signs tokens), audience.
 * The clinic * opens all. Without the file everybody is let in.
 */
final class Gate implements Filter {
  private final File rights;
  private final boolean clinics;
  private final ObjectMapper json = new ObjectMapper();

  Gate(File rights, boolean clinics) {
    this.rights = rights;
    this.clinics = clinics;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest asked = (HttpServletRequest) request;
    HttpServletResponse answer = (HttpServletResponse) response;
    if (rights.exists() && !asked.getRequestURI().endsWith("/metadata")) {
      String opens = opens(json.readTree(rights), asked.getHeader("Authorization"));
      if (opens == null) {
        answer.setHeader("WWW-Authenticate", "Bearer realm=\"tests\"");
        refuse(answer, 401, "login", "Sign in first.");
        return;
      }
      if (clinics && !opens.equals("*") && !asked.getRequestURI().startsWith("/fhir/" + opens + "/")
          && !asked.getRequestURI().equals("/fhir/" + opens)) {
        refuse(answer, 403, "forbidden", "This sign-in opens another clinic.");
        return;
      }
    }
    chain.doFilter(request, response);
  }

  private String opens(JsonNode rights, String header) {
    if (header == null) {
      return null;
    }
    String[] parts = header.split(" ", 2);
    if (parts.length == 2 && parts[0].equalsIgnoreCase("Basic")) {
      String pair = new String(Base64.getDecoder().decode(parts[1].trim()), StandardCharsets.UTF_8);
      return rights.path("basic").path(pair).asText(null);
    }
    if (parts.length == 2 && parts[0].equalsIgnoreCase("Bearer")) {
      String known = rights.path("bearer").path(parts[1].trim()).asText(null);
      return known != null ? known : signed(rights, parts[1].trim());
    }
    return null;
  }

  /** The clinic of the client that a signed token names, null where anything about it is not as it must be. */
  private String signed(JsonNode rights, String token) {
    try {
      String[] parts = token.split("\\.");
      JsonNode head = json.readTree(Base64.getUrlDecoder().decode(parts[0]));
      JsonNode claims = json.readTree(Base64.getUrlDecoder().decode(parts[1]));
      Signature check = Signature.getInstance("SHA256withRSA");
      check.initVerify(key(rights.path("keys"), head.path("kid").asText()));
      check.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      boolean good = head.path("alg").asText().equals("RS256")
          && check.verify(Base64.getUrlDecoder().decode(parts[2]))
          && claims.path("exp").asLong() > Instant.now().getEpochSecond()
          && claims.path("aud").asText().equals(rights.path("audience").asText());
      return good ? rights.path("clients").path(claims.path("client_id").asText()).asText(null) : null;
    } catch (Exception error) {
      return null;
    }
  }

  private static PublicKey key(JsonNode keys, String kid) throws Exception {
    for (JsonNode key : keys.path("keys")) {
      if (key.path("kid").asText().equals(kid)) {
        BigInteger modulus = new BigInteger(1, Base64.getUrlDecoder().decode(key.path("n").asText()));
        BigInteger exponent = new BigInteger(1, Base64.getUrlDecoder().decode(key.path("e").asText()));
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
      }
    }
    throw new IllegalArgumentException("no such key");
  }

  private static void refuse(HttpServletResponse answer, int status, String code, String text) throws IOException {
    answer.setStatus(status);
    answer.setContentType("application/fhir+json;charset=UTF-8");
    answer.getWriter().write("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\""
        + code + "\",\"diagnostics\":\"" + text + "\"}]}");
  }
}

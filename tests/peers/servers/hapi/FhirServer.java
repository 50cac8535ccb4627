// SPDX-License-Identifier: GPL-3.0-or-later
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.entity.PartitionEntity;
import ca.uhn.fhir.jpa.partition.IPartitionLookupSvc;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.RequestValidatingInterceptor;
import ca.uhn.fhir.rest.server.interceptor.partition.RequestTenantPartitionInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.tenant.UrlBaseTenantIdentificationStrategy;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.validation.IValidatorModule;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import jakarta.servlet.DispatcherType;
import java.io.File;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * The FHIR R4 server of the tests: HAPI FHIR JPA on loopback that validates all it is given. Settings are
 * properties: port, port.tls, keystore, folder, clinics (comma between, each a partition at /fhir/CLINIC),
 * rights (see Gate), schema (update or none), prepare (end as soon as it is up).
 */
public final class FhirServer {
  public static void main(String[] arguments) throws Exception {
    AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext(Storage.class);
    String names = System.getProperty("clinics", "");
    List<String> clinics = names.isEmpty() ? List.of() : List.of(names.split(","));
    // The first validation reads all definitions: better now than while a client waits.
    beans.getBean(FhirContext.class).newValidator().registerValidatorModule(beans.getBean(IValidatorModule.class))
        .validateWithResult("{\"resourceType\":\"Patient\",\"gender\":\"female\"}");
    makePartitions(beans.getBean(IPartitionLookupSvc.class), clinics);

    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    Gate gate = new Gate(new File(System.getProperty("rights")), !clinics.isEmpty());
    context.addFilter(new FilterHolder(gate), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(new ServletHolder(restful(beans, !clinics.isEmpty())), "/fhir/*");

    Server server = new Server(new QueuedThreadPool(16, 4));
    connect(server, Integer.getInteger("port"), null);
    connect(server, Integer.getInteger("port.tls"), System.getProperty("keystore"));
    server.setHandler(context);
    server.setStopAtShutdown(true);
    Runtime.getRuntime().addShutdownHook(new Thread(beans::close));
    server.start();
    System.out.println("ready");
    if (System.getProperty("prepare") != null) {
      System.exit(0);
    }
    server.join();
  }

  private static RestfulServer restful(AnnotationConfigApplicationContext beans, boolean clinics) {
    FhirContext fhir = beans.getBean(FhirContext.class);
    RestfulServer server = new RestfulServer(fhir);
    server.registerProviders(beans.getBean(ResourceProviderFactory.class).createProviders());
    server.registerProvider(beans.getBean(IJpaSystemProvider.class));
    server.setPagingProvider(beans.getBean(DatabaseBackedPagingProvider.class));
    server.setDefaultResponseEncoding(EncodingEnum.JSON);
    server.setServerConformanceProvider(new JpaCapabilityStatementProvider(
        server, beans.getBean(IFhirSystemDao.class), beans.getBean(JpaStorageSettings.class),
        beans.getBean(ISearchParamRegistry.class), beans.getBean(IValidationSupport.class)));
    RequestValidatingInterceptor validating = new RequestValidatingInterceptor();
    validating.setFailOnSeverity(ResultSeverityEnum.ERROR);
    validating.setValidatorModules(List.of(beans.getBean(IValidatorModule.class)));
    validating.setAddResponseHeaderOnSeverity(ResultSeverityEnum.ERROR);
    server.registerInterceptor(validating);
    if (clinics) {
      server.setTenantIdentificationStrategy(new UrlBaseTenantIdentificationStrategy());
      RequestTenantPartitionInterceptor partitions = new RequestTenantPartitionInterceptor();
      beans.getAutowireCapableBeanFactory().autowireBean(partitions);
      server.registerInterceptor(partitions);
    }
    return server;
  }

  private static void makePartitions(IPartitionLookupSvc partitions, List<String> clinics) {
    for (int at = 0; at < clinics.size(); at++) {
      String name = clinics.get(at);
      if (partitions.listPartitions().stream().noneMatch(known -> name.equals(known.getName()))) {
        partitions.createPartition(new PartitionEntity().setId(at + 1).setName(name), null);
      }
    }
  }

  private static void connect(Server server, int port, String keystore) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    ServerConnector connector;
    if (keystore == null) {
      connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    } else {
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStorePath(keystore);
      tls.setKeyStorePassword("tests-only");
      tls.setSniRequired(false);
      configuration.addCustomizer(new SecureRequestCustomizer(false));
      connector = new ServerConnector(server, 1, 1, new SslConnectionFactory(tls, "http/1.1"),
          new HttpConnectionFactory(configuration));
    }
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
  }
}

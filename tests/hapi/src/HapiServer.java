import ca.uhn.fhir.batch2.api.IJobMaintenanceService;
import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.batch2.maintenance.JobMaintenanceServiceImpl;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.delete.ThreadSafeResourceDeleterSvc;
import ca.uhn.fhir.jpa.interceptor.CascadingDeleteInterceptor;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.SearchPreferHandlingInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.commons.dbcp2.BasicDataSource;
import org.hl7.fhir.dstu2.model.Subscription;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.util.FileSystemUtils;

/**
 * HAPI FHIR's JPA server (R4, H2 in memory) on a loopback port, for tests.
 *
 * <p>{@code java -jar server.jar [PORT] [--no-search-cache] [jdbc:postgresql:...]}; port 0, the default, takes a free one. Prints one line on
 * standard output, {@code HAPI ready http://127.0.0.1:PORT/fhir}, once the server answers; warnings go to standard
 * error. It ends on SIGTERM, when its standard input closes, and when its parent process ends, so that a killed test
 * run leaves no server behind.
 *
 * <p>The wiring follows the public starter project of HAPI FHIR; what differs from a default there is said where it
 * stands.
 */
public class HapiServer {

    /** A real site's limits: a client that only ever saw one page would otherwise pass every test. */
    private static final int DEFAULT_PAGE = 10;

    private static final int LARGEST_PAGE = 50;
    private static final int CONNECTIONS = 32;

    private static boolean searchCache = true;

    /** An empty PostgreSQL database, user and password in its URL; null: one in memory. */
    private static String database = null;

    public static void main(String[] arguments) throws Exception {
        int port = 0;
        for (String argument : arguments) {
            if (argument.equals("--no-search-cache")) {
                searchCache = false;
            } else if (argument.startsWith("jdbc:postgresql:")) {
                database = argument;
            } else {
                port = Integer.parseInt(argument);
            }
        }
        PrintStream announce = quietOutput();
        endWithParent();

        AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext(Beans.class);
        Tomcat tomcat = listen(port, beans.getBean(RestfulServer.class));
        String base = "http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/fhir";
        waitForMetadata(base);
        announce.println("HAPI ready " + base);
        tomcat.getServer().await();
    }

    /** Sends everything but the announcement to standard error, warnings and worse only. */
    private static PrintStream quietOutput() {
        PrintStream announce = System.out;
        System.setOut(System.err);
        var root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(ch.qos.logback.classic.Level.WARN);
        // warns at every start about HAPI's own beans
        var beans = root.getLoggerContext().getLogger("org.springframework.context.support.PostProcessorRegistrationDelegate");
        beans.setLevel(ch.qos.logback.classic.Level.ERROR);
        java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.WARNING);
        return announce;
    }

    private static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // whatever is typed means nothing; only the end of input does
                }
            } catch (IOException closed) {
                // a broken standard input is a closed one
            }
            System.exit(0);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private static Tomcat listen(int port, RestfulServer servlet) throws Exception {
        Tomcat tomcat = new Tomcat();
        Path scratch = Files.createTempDirectory("hapi-tomcat");
        tomcat.setBaseDir(scratch.toString());
        // Halting is enough: the data is in memory, and an orderly close of the job scheduler takes seconds.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            FileSystemUtils.deleteRecursively(scratch.toFile());
            Runtime.getRuntime().halt(0);
        }));
        Connector connector = new Connector();
        connector.setPort(port);
        connector.setProperty("address", "127.0.0.1");
        // FHIR's "system|code" is often sent with a raw bar, which Tomcat refuses unless told
        connector.setProperty("relaxedQueryChars", "|");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", scratch.toString());
        Tomcat.addServlet(context, "fhir", servlet).setLoadOnStartup(1);
        context.addServletMappingDecoded("/fhir/*", "fhir");
        tomcat.start();
        return tomcat;
    }

    private static void waitForMetadata(String base) throws Exception {
        HttpRequest ask = HttpRequest.newBuilder(URI.create(base + "/metadata")).build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(ask, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("/metadata answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** The server's parts; HAPI's own configuration classes do most of it. */
    @Configuration
    @EnableTransactionManagement
    @Import({
        JpaR4Config.class,
        HapiJpaConfig.class,
        ThreadPoolFactoryConfig.class,
        JpaBatch2Config.class,
        Batch2JobsConfig.class,
        SubscriptionSubmitterConfig.class,
        SubscriptionProcessorConfig.class,
        SubscriptionChannelConfig.class
    })
    static class Beans {

        @Bean
        DataSource dataSource() {
            BasicDataSource source = new BasicDataSource();
            // the process id keeps the name its own, the delay keeps the data while no connection is open
            source.setUrl("jdbc:h2:mem:hapi-" + ProcessHandle.current().pid() + ";DB_CLOSE_DELAY=-1");
            source.setUsername("sa");
            source.setPassword("");
            if (database != null) {
                source.setUrl(database);
                source.setUsername(null);
                source.setPassword(null);
            }
            source.setMaxTotal(CONNECTIONS);
            return source;
        }

        @Bean
        @Primary
        LocalContainerEntityManagerFactoryBean entityManagerFactory(
                DataSource source, ConfigurableListableBeanFactory beans, FhirContext fhir, JpaStorageSettings settings) {
            LocalContainerEntityManagerFactoryBean factory =
                    HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
            factory.setPersistenceUnitName("HAPI_PU");
            factory.setDataSource(source);
            Properties hibernate = new Properties();
            hibernate.put("hibernate.dialect", (database == null ? HapiFhirH2Dialect.class : HapiFhirPostgresDialect.class).getName());
            hibernate.put("hibernate.hbm2ddl.auto", "update");
            hibernate.put("hibernate.search.enabled", "false");
            factory.setJpaProperties(hibernate);
            return factory;
        }

        @Bean
        @Primary
        JpaTransactionManager transactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }

        @Bean
        JpaStorageSettings storageSettings() {
            JpaStorageSettings settings = new JpaStorageSettings();
            if (!searchCache) {
                settings.setReuseCachedSearchResultsForMillis(null);
            }
            return settings;
        }

        @Bean
        SubscriptionSettings subscriptionSettings() {
            SubscriptionSettings settings = new SubscriptionSettings();
            settings.addSupportedSubscriptionType(Subscription.SubscriptionChannelType.RESTHOOK);
            settings.setSubscriptionChangeQueuedImmediately(true);
            return settings;
        }

        @Bean
        PartitionSettings partitionSettings() {
            return new PartitionSettings();
        }

        @Bean
        IEmailSender emailSender() {
            return message -> {};
        }

        @Bean
        RestfulServer restfulServer(
                FhirContext fhir,
                IFhirSystemDao<?, ?> system,
                ResourceProviderFactory resources,
                IJpaSystemProvider systemProvider,
                BulkDataExportProvider export,
                ValueSetOperationProvider valueSets,
                DatabaseBackedPagingProvider paging,
                JpaStorageSettings settings,
                ISearchParamRegistry parameters,
                IValidationSupport validation,
                DaoRegistry daos,
                IInterceptorBroadcaster broadcaster,
                ThreadSafeResourceDeleterSvc deleter) {
            paging.setDefaultPageSize(DEFAULT_PAGE);
            paging.setMaximumPageSize(LARGEST_PAGE);
            RestfulServer server = new RestfulServer(fhir);
            server.registerProviders(resources.createProviders());
            server.registerProviders(List.of(systemProvider, export, valueSets));
            server.setPagingProvider(paging);
            server.setDefaultResponseEncoding(EncodingEnum.JSON);
            server.registerInterceptor(new CascadingDeleteInterceptor(fhir, daos, broadcaster, deleter));
            server.registerInterceptor(new SearchPreferHandlingInterceptor(parameters));
            var statement = new JpaCapabilityStatementProvider(server, system, settings, parameters, validation);
            statement.setImplementationDescription("HAPI FHIR R4 Server");
            server.setServerConformanceProvider(statement);
            return server;
        }

        /** A class of its own: inside {@link Beans} this closes a circle of references. */
        @Configuration
        static class JobPace {

            /** Bulk export crawls at the default of a minute between passes. */
            @Autowired
            void quicken(IJobMaintenanceService maintenance) {
                ((JobMaintenanceServiceImpl) maintenance).setScheduledJobFrequencyMillis(1000);
            }
        }
    }
}

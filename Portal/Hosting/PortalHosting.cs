using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.DicomWeb.Store;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Audit;
using Regional.Portal.Capture;
using Regional.Portal.CriticalValues;
using Regional.Portal.Hubs;
using Regional.Portal.Images;
using Regional.Portal.Meta;
using Regional.Portal.Pages;
using Regional.Portal.Patients;
using Regional.Portal.Reference;
using Regional.Portal.Region;
using Regional.Portal.Reports;
using Regional.Portal.Studies;

namespace Regional.Portal.Hosting;

/// <summary>
/// The portal's public face. The host adds Orleans (a grain factory), the stores (<see cref="IAccountStore"/>, <see cref="ISessionStore"/>,
/// <see cref="IAuditLog"/>), the projection readers and an <see cref="Imaging.ImageArchive"/>.
/// </summary>
public static class PortalHosting
{
    public static IServiceCollection AddPortal(this IServiceCollection services, PortalOptions options)
    {
        // A slim host has no regex constraint, and the pages' fallback route is one.
        services.AddRouting();
        services.AddSingleton(options).AddSingleton<SiteAccess>().AddSingleton<StudyPlaces>().AddSingleton<SignIn>().AddSingleton<Door>().AddSingleton<Openings>();
        services.AddSingleton<PatientDesk>().AddSingleton<RequestForms>().AddSingleton<Acceptance>();
        services.AddSingleton<HubFeeds>().AddSingleton<HubSessions>().AddSingleton<Presence>().AddHostedService<FeedRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<Presence>());
        services.AddHostedService<SessionSweep>();
        services.AddCapture();
        services.AddHttpContextAccessor().AddSingleton<IDicomWebAccess, ImageAccess>().AddSingleton<IDicomWebStore, ImageStore>().AddDicomWeb();
        services.AddDicomWebOrigins(options.Cluster.Options.Centre.Dicomweb.Origins);
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        // An endpoint that declares nobody is open to nobody.
        services.AddAuthorization(authorization =>
            authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = 32 * 1024).AddJsonProtocol(json => Configure(json.PayloadSerializerOptions));
        services.AddOpenApi("v1", document => document.AddDocumentTransformer((description, _, _) =>
        {
            (description.Info.Title, description.Info.Version) = ("Regional", options.Version);
            return Task.CompletedTask;
        }));
        services.AddProblemDetails();
        return services;
    }

    /// <summary>Middleware in its order: headers, files, other origins, who, cross-site rule, may.</summary>
    public static void UsePortal(this IApplicationBuilder app, PortalOptions options)
    {
        app.UseExceptionHandler();
        app.Use(next => context => SecurityHeaders.Add(context, next));
        app.UsePageFiles(options);
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.Use(next => context => CrossSiteRule.Check(context, next));
        app.UseAuthorization();
    }

    public static void MapPortal(this IEndpointRouteBuilder routes, PortalOptions options)
    {
        routes.MapAccounts();
        routes.MapStudyLists();
        routes.MapExamStarts();
        routes.MapExamCommands();
        routes.MapWrongPatient();
        routes.MapCapture();
        routes.MapReportCommands();
        routes.MapReportPrint();
        routes.MapCriticalValues();
        routes.MapPatients();
        routes.MapRegion();
        routes.MapReference();
        routes.MapAudit();
        routes.MapMeta();
        routes.MapDicomWeb().For(Can.Anybody).ForDicomWebOrigins().ExcludeFromDescription();
        routes.MapDicomWebStore().For(Can.Image).ForDicomWebOrigins().ExcludeFromDescription();
        routes.MapHubs();
        // The document describes the surface and holds nothing of anybody.
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        routes.MapPages(options);
    }

    private static void MapHubs(this IEndpointRouteBuilder routes)
    {
        // A connection ends with its session: at the end it had when the connection opened, or when HubSessions finds it closed; a page that
        // goes on being used reconnects by itself.
        static void EndsWithSession(HttpConnectionDispatcherOptions connection) => connection.CloseOnAuthenticationExpiration = true;
        routes.MapHub<QueueHub>("/hubs/queue", EndsWithSession).For(Can.Anybody);
        routes.MapHub<CriticalHub>("/hubs/critical", EndsWithSession).For(Can.Anybody);
        routes.MapHub<ConsultHub>("/hubs/consult", EndsWithSession).For(Can.Anybody);
    }

    private static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }
}

using Microsoft.AspNetCore.Mvc.ActionConstraints;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Routing;

namespace ChunkUploader.Web.Configuration;

/// <summary>What answers GET answers HEAD, too (RFC 9110, 9.3.2); the server leaves the body away.</summary>
public sealed class HeadConvention : IActionModelConvention
{
    public void Apply(ActionModel action)
    {
        foreach (var selector in action.Selectors)
        {
            if (selector.ActionConstraints.OfType<HttpMethodActionConstraint>().SingleOrDefault() is not { } constraint
                || !constraint.HttpMethods.Contains(HttpMethods.Get))
            {
                continue;
            }

            string[] methods = [.. constraint.HttpMethods, HttpMethods.Head];
            selector.ActionConstraints.Remove(constraint);
            selector.ActionConstraints.Add(new HttpMethodActionConstraint(methods));
            selector.EndpointMetadata.Remove(selector.EndpointMetadata.OfType<HttpMethodMetadata>().Single());
            selector.EndpointMetadata.Add(new HttpMethodMetadata(methods));
        }
    }
}

/// The services that are spoken to, each in the Query protocol.
package enum AWSService: String, Sendable, Hashable, CaseIterable {
    case elasticLoadBalancing = "Elastic Load Balancing"
    case ec2 = "EC2"
    case autoScaling = "Auto Scaling"
    case sts = "STS"

    /// In the signature's scope, in the host name and before the colon of a right.
    package var signingName: String {
        switch self {
        case .elasticLoadBalancing: "elasticloadbalancing"
        case .ec2: "ec2"
        case .autoScaling: "autoscaling"
        case .sts: "sts"
        }
    }

    /// Of the API; AWS has never changed one that was published.
    var version: String {
        switch self {
        case .elasticLoadBalancing: "2015-12-01"
        case .ec2: "2016-11-15"
        case .autoScaling: "2011-01-01"
        case .sts: "2011-06-15"
        }
    }

    /// In `AWS_ENDPOINT_URL_…` and, in lower case, in a `services` section of the configuration file.
    var endpointName: String {
        switch self {
        case .elasticLoadBalancing: "ELASTIC_LOAD_BALANCING_V2"
        case .ec2: "EC2"
        case .autoScaling: "AUTO_SCALING"
        case .sts: "STS"
        }
    }
}

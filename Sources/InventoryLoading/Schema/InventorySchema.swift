/// The one table of the keys of an inventory file. The sections read by it, unknown keys are found by it, and a test holds
/// the commented example `inventory/hosts.yml` against it.
package enum InventorySchema {
    package static let root = MapSchema(
        "the inventory",
        [
            .init("service"), .init("protected"), .init("ssh", .map(ssh)),
            .init("extends"), .init("hosts", .oneOf([.list(.value), .names(.map(host))])),
            .init("groups", .names(.map(group))), .init("host_sources", .list(.map(hostSource))),
            .init("env", env), .init("secrets"), .init("secrets_from", .list(.map(secretSource))),
            .init("release", .map(release)), .init("steps", .map(steps)),
            .init("balancer", .oneOf([.value, .map(balancer), .list(.map(balancerPart))])),
            .init("health", .map(health)),
            .init("rollout", .map(rollout)), .init("lease", .map(lease)), .init("hooks", .map(hooks)),
            .init("notify", .oneOf([.map(notification), .list(.map(notification))])),
        ])

    // MARK: Variables

    static let env = MapSchema.Value.oneOf([.names(.value), .map(dividedEnv)])
    private static let dividedEnv = MapSchema(
        "`env` with secrets", [.init("clear", .names(.value)), .init("secret")])
    static let secretSource = MapSchema(
        "a source of secrets", [.init("file"), .init("command"), .init("format")])

    // MARK: Hosts

    private static let sshKeys: [MapSchema.Key] = [
        .init("user"), .init("port"), .init("config"), .init("proxy_jump"), .init("proxy_command"),
        .init("identity_file"), .init("identities_only"), .init("known_hosts"),
        .init("host_key_checking"), .init("connect_timeout"), .init("keepalive", .map(keepalive)),
        .init("passphrase_command"), .init("password_command"), .init("sudo_password_command"),
    ]

    static let ssh = MapSchema("`ssh` of all hosts", sshKeys + [.init("fanout")])
    /// The `ssh` of a host or a group, without what is one for the whole run.
    static let hostSSH = MapSchema("`ssh` of a host or group", sshKeys)
    static let keepalive = MapSchema("`keepalive`", [.init("interval"), .init("count")])

    static let host = MapSchema(
        "a host",
        [
            .init("address"), .init("labels", .names(.value)), .init("target", .oneOf([.value, .names(.value)])),
            .init("env", env), .init("deploy"), .init("ssh", .map(hostSSH)),
        ])
    static let group = MapSchema(
        "a group",
        [
            .init("hosts"), .init("ssh", .map(hostSSH)), .init("target", .oneOf([.value, .names(.value)])),
            .init("env", env),
        ])

    static let hostSource = MapSchema(
        "a host source",
        [
            .init("ansible", .map(ansibleSource)), .init("command"),
            .init("aws_target_group", .map(awsTargetGroupSource)), .init("ec2", .map(ec2Source)),
        ])
    static let awsTargetGroupSource = MapSchema(
        "`aws_target_group` of a host source", [.init("group"), .init("address"), .init("name")])
    static let ec2Source = MapSchema(
        "`ec2`", [.init("region"), .init("tags", .names(.value)), .init("address"), .init("name")])
    static let ansibleSource = MapSchema(
        "`ansible`", [.init("path"), .init("hosts"), .init("labels", .names(.value)), .init("target")])

    // MARK: Releases and steps

    static let release = MapSchema(
        "`release`",
        [
            .init("from"), .init("to"), .init("link"), .init("id"), .init("exclude"), .init("keep"), .init("verify"),
            .init("compare"), .init("layout"), .init("shared", .map(shared)), .init("env_file"), .init("owner"),
        ])
    static let shared = MapSchema("`shared`", [.init("dirs"), .init("files")])

    static let steps = MapSchema(
        "`steps`",
        ["build", "prepare", "once_before", "drained", "activate", "healthy", "once_after", "failed"].map {
            .init($0, .list(.oneOf([.value, .map(step)])))
        })
    static let step = MapSchema(
        "a step",
        [
            .init("run"), .init("script"), .init("restart", .oneOf([.value, .map(restart)])), .init("sync", .map(sync)),
            .init("template", .map(template)), .init("local"), .init("hosts"),
            .init("name"), .init("timeout"), .init("idle_timeout"), .init("retries"), .init("sudo"), .init("dir"),
            .init("env", env), .init("shell"), .init("concurrency"), .init("ignore_errors"), .init("irreversible"),
        ])
    static let sync = MapSchema("`sync`", [.init("from"), .init("to"), .init("delete"), .init("exclude")])
    static let template = MapSchema("`template`", [.init("from"), .init("to"), .init("mode")])
    static let restart = MapSchema("`restart`", [.init("unit"), .init("action")])

    // MARK: Traffic

    private static let balancerKeys: [MapSchema.Key] = [
        .init(
            "aws_target_group", .oneOf([.value, .map(awsTargetGroup), .list(.oneOf([.value, .map(awsTargetGroup)]))])),
        .init("haproxy", .map(haproxy)), .init("nginx", .map(nginx)), .init("command", .map(commandBalancer)),
        .init("webhook", .map(webhookBalancer)),
    ]
    static let balancerKinds = balancerKeys.map(\.name)
    private static let balancerMoves: [MapSchema.Key] = [
        .init("drain", .map(drain)), .init("enable", .map(enable)), .init("rejoin", .oneOf([.value, .map(rejoin)])),
    ]
    static let balancer = MapSchema("`balancer`", balancerKeys + balancerMoves)
    /// One of several.
    static let balancerPart = MapSchema("an entry of `balancer`", balancerKeys + balancerMoves + [.init("for")])
    static let nginx = MapSchema(
        "`nginx`",
        [
            .init("mode"), .init("hosts"), .init("upstream"), .init("file"), .init("pid_file"), .init("command"),
            .init("sudo"),
        ])
    static let commandBalancer = MapSchema(
        "`command` of `balancer`", [.init("drain"), .init("enable"), .init("state"), .init("timeout")])
    static let awsTargetGroup = MapSchema("`aws_target_group`", [.init("arn"), .init("name"), .init("endpoint")])
    static let webhookBalancer = MapSchema(
        "`webhook` of `balancer`", [.init("url"), .init("secret"), .init("timeout")])
    static let haproxy = MapSchema(
        "`haproxy`", [.init("hosts"), .init("socket"), .init("backends"), .init("sudo"), .init("unreachable")])
    static let drain = MapSchema("`drain`", [.init("timeout"), .init("until"), .init("on_timeout")])
    static let enable = MapSchema("`enable`", [.init("timeout")])
    static let rejoin = MapSchema(
        "`rejoin`", [.init("run"), .init("timeout"), .init("retries"), .init("sudo"), .init("env", env)])

    static let health = MapSchema(
        "`health`",
        [
            .init("http", .oneOf([.value, .map(http)])), .init("tcp"), .init("run"), .init("expect", .map(expect)),
            .init("interval"), .init("timeout"), .init("successes"), .init("start_timeout"), .init("healthy_for"),
            .init("public", .map(publicCheck)), .init("watch", .map(publicWatch)),
        ])
    static let publicCheck = MapSchema(
        "`public`", [.init("http", .oneOf([.value, .map(http)])), .init("expect", .map(expect)), .init("timeout")])
    static let publicWatch = MapSchema(
        "`watch`",
        [
            .init("http", .oneOf([.value, .map(http)])), .init("expect", .map(expect)), .init("interval"),
            .init("max_failures"),
        ])
    static let http = MapSchema("`http`", [.init("url"), .init("host"), .init("headers", .names(.value))])
    static let expect = MapSchema("`expect`", [.init("status"), .init("body_contains")])

    static let rollout = MapSchema(
        "`rollout`",
        [
            .init("batch_size"), .init("min_in_service"), .init("max_failures"), .init("unreachable"),
            .init("on_failure"), .init("unfinished"), .init("wait"), .init("timeout"), .init("order"),
            .init("canary", .map(canary)), .init("dead_man"),
        ])
    static let canary = MapSchema("`canary`", [.init("hosts"), .init("bake"), .init("then")])

    static let lease = MapSchema("`lease`", [.init("ttl"), .init("wait")])

    // MARK: People

    static let hooks = MapSchema("`hooks`", [.init("dir"), .init("timeout")])
    static let notification = MapSchema(
        "an entry of `notify`", [.init("webhook"), .init("slack"), .init("events")])
}

import DeployModel

/// What to say of a key that a map does not know.
enum UnknownKey {
    /// A hint for `key` in `schema`: what it is called here, where it belongs, or what it may have been meant to be.
    static func hint(for key: String, in schema: MapSchema) -> String? {
        if let foreign = foreignWords[key.lowercased()] {
            // In the map where it belongs, the last word is enough.
            let last = foreign.split(separator: ".").last.map(String.init)
            let word = last.flatMap { schema.supportedKeys.contains($0) ? $0 : nil } ?? foreign
            return "`\(key)` of other tools is `\(word)` here"
        }
        if let near = Spelling.nearest(to: key, among: schema.supportedKeys) { return "did you mean `\(near)`?" }
        let homes = schema.all.dropFirst() + InventorySchema.root.all
        if let home = homes.first(where: { $0.supportedKeys.contains(key) }) {
            return "`\(key)` belongs in \(home.name)"
        }
        if let near = Spelling.nearest(to: key, among: schema.keys.map(\.name)) { return "did you mean `\(near)`?" }
        return "the keys of \(schema.name) are " + schema.supportedKeys.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// The words of Ansible, Kamal, Capistrano, Deployer, Fabric, Mina and `ssh_config`, in lower case.
    static let foreignWords: [String: String] = [
        "app": "service", "application": "service", "app_name": "service", "project": "service",
        "servers": "hosts", "server": "hosts", "nodes": "hosts", "inventory": "hosts", "roles": "groups",
        "role": "groups", "children": "groups", "hostname": "address", "host_name": "address",
        "ansible_host": "address", "ip": "address", "ansible_user": "ssh.user", "remote_user": "ssh.user",
        "ansible_port": "ssh.port", "ansible_ssh_private_key_file": "ssh.identity_file",
        "identityfile": "ssh.identity_file", "private_key": "ssh.identity_file", "key_file": "ssh.identity_file",
        "ssh_key": "ssh.identity_file", "keys": "ssh.identity_file", "pem": "ssh.identity_file",
        "identitiesonly": "ssh.identities_only", "userknownhostsfile": "ssh.known_hosts",
        "stricthostkeychecking": "ssh.host_key_checking", "host_key_check": "ssh.host_key_checking",
        "connecttimeout": "ssh.connect_timeout", "serveraliveinterval": "ssh.keepalive.interval",
        "serveralivecountmax": "ssh.keepalive.count", "forks": "ssh.fanout", "parallel": "ssh.fanout",
        "max_concurrent_starts": "ssh.fanout", "tags": "labels", "vars": "env", "environment": "env",
        "deploy_to": "release.to", "deploy_path": "release.to", "dest": "release.to", "source": "release.from",
        "src": "release.from", "current_path": "release.link", "keep_releases": "release.keep",
        "retain_containers": "release.keep", "release_name": "release.id", "tasks": "steps", "task": "steps",
        "pre_tasks": "steps.prepare", "post_tasks": "steps.once_after", "handlers": "steps.activate",
        "before": "steps.prepare", "after": "steps.activate", "migrate": "steps.once_before", "cmd": "run",
        "sh": "run", "command": "run", "exec": "run", "become": "sudo", "become_user": "sudo", "chdir": "dir",
        "workdir": "dir", "cwd": "dir", "working_directory": "dir", "ignore_failure": "ignore_errors",
        "allow_failure": "ignore_errors", "run_once": "steps.once_before", "async": "timeout",
        "throttle": "concurrency",
        "service_name": "unit", "loadbalancer": "balancer", "load_balancer": "balancer", "lb": "balancer",
        "proxy": "balancer", "backend": "balancer.haproxy.backends", "drain_timeout": "balancer.drain.timeout",
        "healthcheck": "health", "health_check": "health", "readiness": "health", "path": "health.http",
        "start_period": "health.start_timeout", "deploy_timeout": "health.start_timeout",
        "readiness_delay": "health.healthy_for", "min_ready_seconds": "health.healthy_for",
        "healthy_threshold": "health.successes", "serial": "rollout.batch_size", "limit": "rollout.batch_size",
        "max_parallel": "rollout.batch_size", "boot": "rollout.batch_size", "strategy": "rollout",
        "max_fail_percentage": "rollout.max_failures", "max_unavailable": "rollout.batch_size",
        "min_healthy": "rollout.min_in_service", "min_available": "rollout.min_in_service",
        "auto_revert": "rollout.on_failure", "rollback": "rollout.on_failure", "linked_files": "release.shared.files",
        "linked_dirs": "release.shared.dirs", "shared_files": "release.shared.files",
        "shared_dirs": "release.shared.dirs", "proxyjump": "ssh.proxy_jump", "bastion": "ssh.proxy_jump",
        "gateway": "ssh.proxy_jump", "proxycommand": "ssh.proxy_command", "accessories": "steps", "webhooks": "notify",
    ]
}

"""The calls that are understood: each takes the form's fields and gives the inside of the result, or raises Refusal."""

import math
import re
from xml.sax.saxutils import escape

import credentials
from refusal import Refusal


def fields(form, prefix):
    """The values of `prefix.1`, `prefix.2` and so on, in their order."""
    found = sorted((int(name[len(prefix) + 1:]), value) for name, value in form.items()
                   if re.fullmatch(re.escape(prefix) + r"\.\d+", name))
    return [value for _, value in found]


def element(name, value):
    return "" if value is None else f"<{name}>{escape(str(value))}</{name}>"


def members(name, items):
    return f"<{name}>{''.join(f'<member>{item}</member>' for item in items)}</{name}>"


def group_of(world, form):
    arn = form.get("TargetGroupArn")
    if not arn:
        raise Refusal(400, "ValidationError", "A target group ARN must be specified")
    for group in world.groups.values():
        if group.arn == arn:
            return group
    raise Refusal(400, "TargetGroupNotFound", f"Target groups '{arn}' not found")


def targets_of(form, group):
    numbers = sorted({int(name.split(".")[2]) for name in form if name.startswith("Targets.member.")})
    for number in numbers:
        prefix = f"Targets.member.{number}."
        yield form[prefix + "Id"], int(form.get(prefix + "Port", group.port)), form.get(prefix + "AvailabilityZone")


# Elastic Load Balancing

def describe_target_groups(world, form):
    names, arns = fields(form, "Names.member"), fields(form, "TargetGroupArns.member")
    found = [group for group in world.groups.values()
             if not names and not arns or group.name in names or group.arn in arns]
    if (names or arns) and len(found) < len(names or arns):
        raise Refusal(400, "TargetGroupNotFound", "One or more target groups not found")
    size, start = int(form.get("PageSize", 400)), int(form.get("Marker", 0))
    page = found[start:start + size]
    more = element("NextMarker", start + size) if start + size < len(found) else ""
    return members("TargetGroups", map(described_group, page)) + more


def described_group(group):
    has_balancer = group.listen or group.is_elsewhere
    balancer = f"arn:aws:elasticloadbalancing:{group.region}:123456789012:loadbalancer/app/{group.name}/0123456789abcdef"
    return (
        element("TargetGroupArn", group.arn) + element("TargetGroupName", group.name)
        + element("Protocol", group.protocol) + element("Port", group.port) + element("VpcId", "vpc-0123")
        + element("HealthCheckProtocol", group.health_protocol) + element("HealthCheckPort", group.health_port)
        + element("HealthCheckEnabled", "true" if group.is_checked else "false")
        + element("HealthCheckIntervalSeconds", math.ceil(group.interval))
        + element("HealthCheckTimeoutSeconds", math.ceil(group.timeout))
        + element("HealthyThresholdCount", group.healthy_threshold)
        + element("UnhealthyThresholdCount", group.unhealthy_threshold) + element("HealthCheckPath", group.path)
        + f"<Matcher>{element('HttpCode', group.matcher)}</Matcher>"
        + members("LoadBalancerArns", [balancer] if has_balancer else []) + element("TargetType", group.type))


def describe_target_group_attributes(world, form):
    group = group_of(world, form)
    return members("Attributes", [element("Key", key) + element("Value", value)
                                  for key, value in group.attributes.items()])


def describe_load_balancer_attributes(world, form):
    attributes = {"load_balancing.cross_zone.enabled": "true", **world.config.get("balancer_attributes", {})}
    return members("Attributes", [element("Key", key) + element("Value", value) for key, value in attributes.items()])


def describe_target_health(world, form, is_stale=False):
    group = group_of(world, form)
    shown = group.shown_before if is_stale else world.shown(group)
    asked = list(targets_of(form, group))
    if asked:
        known = {(id, port): one for one in shown for id, port in [one[:2]]}
        shown = [known.get((id, port), (id, port, zone, "unused", "Target.NotRegistered", "Target is not registered"))
                 for id, port, zone in asked]
    return members("TargetHealthDescriptions", [
        f"<Target>{element('Id', id)}{element('Port', port)}{element('AvailabilityZone', zone)}</Target>"
        + element("HealthCheckPort", port)
        + f"<TargetHealth>{element('State', state)}{element('Reason', reason)}{element('Description', description)}"
        "</TargetHealth>" + (SHIFT if world.is_shifted(group, id) else "")
        for id, port, zone, state, reason, description in shown])


SHIFT = ("<AdministrativeOverride><State>zonal_shift_active</State>"
         "<Reason>AdministrativeOverride.ZonalShiftActive</Reason>"
         "<Description>Zonal shift is active for the target</Description></AdministrativeOverride>")


def register_targets(world, form):
    group = group_of(world, form)
    for id, port, zone in targets_of(form, group):
        if group.type == "instance" and id not in world.instances:
            raise Refusal(400, "InvalidTarget", f"The following targets are not valid instances: '{id}'")
        group.shown_before = world.shown(group)
        group.register(id, port, zone)
    return ""


def deregister_targets(world, form):
    group = group_of(world, form)
    for id, port, _ in targets_of(form, group):
        group.shown_before = world.shown(group)
        group.deregister(id, port)
    return ""


# EC2

def describe_instances(world, form):
    found = list(world.instances.values())
    ids = fields(form, "InstanceId")
    if ids:
        missing = [id for id in ids if id not in world.instances]
        if missing:
            raise Refusal(400, "InvalidInstanceID.NotFound", f"The instance ID '{missing[0]}' does not exist")
        found = [world.instances[id] for id in ids]
    for number in sorted({name.split(".")[1] for name in form if name.startswith("Filter.")}):
        name, values = form[f"Filter.{number}.Name"], fields(form, f"Filter.{number}.Value")
        found = [instance for instance in found if filtered(instance, name) in values]
    items = "".join(f"<item><instancesSet><item>{described_instance(each)}</item></instancesSet></item>"
                    for each in found)
    return f"<reservationSet>{items}</reservationSet>"


def filtered(instance, name):
    if name.startswith("tag:"):
        return tags(instance).get(name[4:])
    return {
        "instance-id": instance["id"], "private-ip-address": instance.get("private"),
        "ip-address": instance.get("public"), "dns-name": instance.get("dns"),
        "private-dns-name": instance.get("private_dns"), "instance-state-name": instance.get("state", "running"),
    }.get(name)


def tags(instance):
    named = {"Name": instance["name"]} if "name" in instance else {}
    return {**named, **instance.get("tags", {})}


def described_instance(instance):
    items = "".join(f"<item>{element('key', key)}{element('value', value)}</item>"
                    for key, value in tags(instance).items())
    return (
        element("instanceId", instance["id"])
        + f"<instanceState><code>16</code>{element('name', instance.get('state', 'running'))}</instanceState>"
        + element("privateDnsName", instance.get("private_dns")) + element("dnsName", instance.get("dns"))
        + f"<placement>{element('availabilityZone', instance.get('zone', 'eu-north-1a'))}</placement>"
        + element("privateIpAddress", instance.get("private")) + element("ipAddress", instance.get("public"))
        + f"<tagSet>{items}</tagSet>")


# Auto Scaling

def describe_auto_scaling_instances(world, form):
    asked = fields(form, "InstanceIds.member")
    return members("AutoScalingInstances", [
        element("InstanceId", id) + element("AutoScalingGroupName", group.name) + element("LifecycleState", state)
        for group in world.scaling for id, state in group.lifecycle.items() if not asked or id in asked])


def describe_auto_scaling_groups(world, form):
    asked = fields(form, "AutoScalingGroupNames.member")
    return members("AutoScalingGroups", [
        element("AutoScalingGroupName", group.name) + element("MinSize", group.minimum)
        + element("MaxSize", group.maximum) + element("DesiredCapacity", group.desired)
        + members("AvailabilityZones", group.zones)
        + members("SuspendedProcesses", [element("ProcessName", name) for name in group.suspended])
        + members("TargetGroupARNs", [target.arn for target in group.targets])
        for group in world.scaling if not asked or group.name in asked])


def scaling_group(world, form):
    for group in world.scaling:
        if group.name == form.get("AutoScalingGroupName"):
            return group
    raise Refusal(400, "ValidationError", "AutoScalingGroup name not found")


def enter_standby(world, form):
    group = scaling_group(world, form)
    for target in group.targets:
        target.shown_before = world.shown(target)
    for id in fields(form, "InstanceIds.member"):
        group.enter_standby(id, form.get("ShouldDecrementDesiredCapacity") == "true")
    return members("Activities", [])


def exit_standby(world, form):
    group = scaling_group(world, form)
    for id in fields(form, "InstanceIds.member"):
        group.exit_standby(id)
    return members("Activities", [])


# STS

def get_caller_identity(world, form):
    return element("Arn", form["_user"].arn) + element("UserId", form["_user"].key) + element("Account", "123456789012")


def assume_role(world, form):
    return credentials.assume(world, form["RoleArn"], form["RoleSessionName"])


def assume_role_with_web_identity(world, form):
    if form.get("WebIdentityToken") != world.config.get("web_identity"):
        raise Refusal(400, "InvalidIdentityToken", "The web identity token that was passed is not valid")
    return credentials.assume(world, form["RoleArn"], form["RoleSessionName"])


SERVICES = {
    ("elasticloadbalancing", "2015-12-01"): [
        describe_target_groups, describe_target_group_attributes, describe_load_balancer_attributes,
        describe_target_health, register_targets, deregister_targets],
    ("ec2", "2016-11-15"): [describe_instances],
    ("autoscaling", "2011-01-01"): [
        describe_auto_scaling_instances, describe_auto_scaling_groups, enter_standby, exit_standby],
    ("sts", "2011-06-15"): [get_caller_identity, assume_role, assume_role_with_web_identity],
}
ACTIONS = {"".join(word.capitalize() for word in action.__name__.split("_")): (service, version, action)
           for (service, version), actions in SERVICES.items() for action in actions}
UNSIGNED = {"AssumeRoleWithWebIdentity"}

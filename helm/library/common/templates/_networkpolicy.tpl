{{- /*
One policy for the workload's pods, denying what is not listed. (dict "ctx" $ "ingress" DICT "egress" DICT) adds the
library's own flows to those of the values, "selector" names other pods than the workload's; a flow is { from | to: [peer …], ports: [number | { port, endPort, protocol } …] }.
*/ -}}
{{- define "kda-common.networkpolicy" -}}
{{- $policy := .ctx.Values.networkPolicy -}}
{{- if $policy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "kda-common.metadata" (dict "ctx" .ctx "name" (include "kda-common.workloadName" .ctx)) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- .selector | default (include "kda-common.selectorLabels" .ctx) | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- include "kda-common.flows" (dict "direction" "ingress" "peers" "from" "flows" (mustMergeOverwrite dict (.ingress | default dict) $policy.ingress)) | nindent 2 }}
  {{- include "kda-common.flows" (dict "direction" "egress" "peers" "to" "flows" (mustMergeOverwrite (include "kda-common.telemetryFlow" .ctx | fromYaml) (include "kda-common.dnsFlows" $policy | fromYaml) (.egress | default dict) $policy.egress)) | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* Where names are resolved besides kube-dns. OpenShift's pods listen on another port, by the same names. */ -}}
{{- define "kda-common.dnsFlows" -}}
{{- if .egress.dns }}
{{- with .dns.addresses }}
dns-on-node:
  to:
    {{- range . }}
    - ipBlock: { cidr: {{ . }} }
    {{- end }}
  ports: [{ port: 53, protocol: UDP }, 53]
{{- end }}
{{- if .dns.openshift }}
dns-of-openshift:
  to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: openshift-dns
      podSelector:
        matchLabels:
          dns.operator.openshift.io/daemonset-dns: default
  ports: [{ port: 5353, protocol: UDP }, 5353]
{{- end }}
{{- end }}
{{- end -}}

{{- /* To the collector, while there is an address to push to. https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */ -}}
{{- define "kda-common.telemetryFlow" -}}
{{- $ports := list -}}
{{- range $signal := list "" "TRACES_" "METRICS_" -}}
{{- $endpoint := get $.Values.env (printf "OTEL_EXPORTER_OTLP_%sENDPOINT" $signal) -}}
{{- if kindIs "map" $endpoint -}}
{{- $ports = append $ports 4318 -}}
{{- else if $endpoint -}}
{{- $url := urlParse $endpoint -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $ports = append $ports (int ($port | default (ternary 443 80 (eq $url.scheme "https")))) -}}
{{- end -}}
{{- end -}}
{{- if $ports -}}
telemetry:
  to:
    {{- toYaml .Values.networkPolicy.collector | nindent 4 }}
  ports: {{ uniq $ports | toJson }}
{{- end -}}
{{- end -}}

{{- define "kda-common.flows" -}}
{{- $rules := list -}}
{{- range $name, $flow := .flows -}}
{{- $ports := list -}}
{{- range $flow.ports -}}
{{- $port := ternary . (dict "port" .) (kindIs "map" .) -}}
{{- $ports = append $ports (mustMergeOverwrite (dict "protocol" "TCP") $port) -}}
{{- end -}}
{{- $rule := dict $.peers (get $flow $.peers) -}}
{{- if $ports }}{{- $_ := set $rule "ports" $ports }}{{- end -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{ .direction }}: {{- if $rules }}{{ toYaml $rules | nindent 2 }}{{ else }} []{{ end }}
{{- end -}}

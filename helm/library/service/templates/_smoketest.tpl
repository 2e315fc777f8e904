{{- /* https://helm.sh/docs/topics/chart_tests/ */ -}}
{{- define "kda-service.smoketest" -}}
{{- if include "kda-service.tested" . }}
{{- $script := `const { URL: url, SECONDS } = process.env;
const end = Date.now() + Number(SECONDS) * 1000;
let status, text;
do {
  if (text) await new Promise((wake) => setTimeout(wake, 1000));
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    status = answer.status;
    text = await answer.text();
  } catch (error) {
    text = String(error.cause ?? error);
  }
} while (status !== 200 && Date.now() < end);
console.log(url, status ?? "no answer", text);
process.exitCode = status === 200 ? 0 : 1;` }}
{{- $host := printf "%s.%s.svc" (include "kda-common.workloadName" .) .Release.Namespace }}
{{- $port := ternary "" (printf ":%v" .Values.expose.port) (eq .Values.kind "knative") }}
{{- $env := dict "URL" (printf "http://%s%s%s" $host $port .Values.smokeTest.path) "SECONDS" .Values.smokeTest.timeoutSeconds }}
{{- $own := dict "args" (list "--input-type=module" "--eval" $script) "env" $env "command" list
  "resources" (dict "requests" (dict "cpu" "50m" "memory" "64Mi") "limits" (dict "memory" "128Mi"))
  "volumes" dict "configMaps" dict "secrets" dict "externalDatabase" dict "podLabels" dict "podAnnotations" dict "initContainers" dict "before" dict "sidecars" dict
  "serviceAccount" (set (omit .Values.serviceAccount "token") "token" false)
  "networkPolicy" (dict "enabled" .Values.networkPolicy.enabled "dns" .Values.networkPolicy.dns "ingress" dict "egress" (pick .Values.networkPolicy.egress "dns")) }}
{{- $values := deepCopy .Values }}
{{- range $key, $value := $own }}{{ $_ := set $values $key $value }}{{ end }}
{{- $ctx := set (omit . "Values") "Values" $values }}
{{- $_ := set $ctx "Part" "smoke-test" }}
{{- $hook := ternary "post-install,test" "test" (and .Values.smokeTest.onInstall (eq .Values.kind "knative")) }}
{{- $_ := set $ctx "Annotations" (dict "helm.sh/hook" $hook "helm.sh/hook-weight" "-10" "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded") }}
{{- include "kda-common.networkpolicy" (dict "ctx" $ctx "egress" (include "kda-service.smoketest.flows" . | fromYaml)) }}
{{- /* Kept after success, or "helm test --logs" would find nothing. */}}
{{- $_ := set $ctx "Annotations" (dict "helm.sh/hook" $hook "helm.sh/hook-weight" "10" "helm.sh/hook-delete-policy" "before-hook-creation") }}
---
apiVersion: v1
kind: Pod
metadata:
  {{- include "kda-common.metadata" (dict "ctx" $ctx "name" (include "kda-common.workloadName" $ctx)) | nindent 2 }}
spec:
  {{- include "kda-common.podSpec" (dict "ctx" $ctx "container" (include "kda-common.container" (dict "ctx" $ctx)) "spec" (dict "restartPolicy" "Never")) | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kda-service.tested" -}}
{{- if and .Values.port .Values.smokeTest.enabled }}yes{{ end -}}
{{- end -}}

{{- define "kda-service.smoketest.flows" -}}
service:
  {{- if eq .Values.kind "knative" }}
  to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.knative.gatewayNamespace }}
      podSelector:
        matchLabels:
          {{- toYaml .Values.knative.gatewayLabels | nindent 10 }}
  ports: [8081, 8444]
  {{- else }}
  to:
    - podSelector:
        matchLabels:
          {{- include "kda-common.selectorLabels" . | nindent 10 }}
  ports: [{{ .Values.port }}]
  {{- end }}
{{- end -}}

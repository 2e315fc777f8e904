{{- /* The roles of the processes, by process; null takes one away. */ -}}
{{- define "postgres.roles" -}}
{{- $roles := dict }}
{{- range $process, $role := .Values.auth.roles }}
{{- if $role }}{{ $_ := set $roles $process $role }}{{ end }}
{{- end }}
{{- toYaml $roles }}
{{- end -}}

{{- define "postgres.role.secret" -}}
{{- .role.existingSecret | default (printf "%s-%s" (include "common.fullname" .ctx) .process) -}}
{{- end -}}

{{- /*
The same at each rendering and different for each database, so that it stays on upgrades without a look at the cluster.
derivePassword is scrypt, so that a role's password is a poor start for guessing the owner's; hexadecimal fits into any URI.
*/ -}}
{{- define "postgres.role.password" -}}
{{- $site := printf "%s.%s" (include "common.fullname" .ctx) .ctx.Release.Namespace }}
{{- .role.password | default (derivePassword 1 "maximum" .ctx.Values.auth.password .role.username $site | sha256sum) -}}
{{- end -}}

{{- define "postgres.role.secrets" -}}
{{- range $process, $role := include "postgres.roles" . | fromYaml }}
{{- if not $role.existingSecret }}
{{- $own := dict "ctx" $ "process" $process "role" $role }}
{{- include "postgres.secret" (dict "ctx" $ "name" (include "postgres.role.secret" $own) "username" $role.username "password" (include "postgres.role.password" $own)) }}
{{- end }}
{{- end }}
{{- end -}}

{{- /*
Makes the roles and sets their passwords, after each install and upgrade: so they come to databases that were made
without them, and a password is changed by changing the values. What they may do is the migrations' affair.
*/ -}}
{{- define "postgres.roles.job" -}}
{{- if include "postgres.roles" . | fromYaml }}
{{- $values := include "common.values" (dict "root" (dict "Values" dict) "defaults" (list "common.defaults" "job.defaults")) | fromYaml }}
{{- $values = mustMergeOverwrite $values (deepCopy (pick .Values "nameOverride" "fullnameOverride" "partOf" "commonLabels" "commonAnnotations" "image" "imagePullSecrets" "securityContext")) }}
{{- $_ := set $values "type" "job" }}
{{- $_ := set $values "ttlSecondsAfterFinished" nil }}
{{- $_ := set $values "activeDeadlineSeconds" 300 }}
{{- $_ := set $values "backoffLimit" 1 }}
{{- $_ := set $values "command" (list "sh" "-euc" (include "postgres.roles.script" .)) }}
{{- $_ := set $values "env" (include "postgres.roles.env" . | fromYaml) }}
{{- $_ := set $values "resources" (dict "requests" (dict "cpu" "10m" "memory" "16Mi") "limits" (dict "memory" "64Mi")) }}
{{- $_ := set $values.networkPolicy "enabled" .Values.networkPolicy.enabled }}
{{- $server := dict "podSelector" (dict "matchLabels" (include "common.selectorLabels" . | fromYaml)) }}
{{- $_ := set $values.networkPolicy.egress "database" (dict "to" (list $server) "ports" (list 5432)) }}
{{- $ctx := set (omit . "Values") "Values" $values }}
{{- $_ := set $ctx "Component" "roles" }}
{{- $_ := set $ctx "ConfigName" (include "common.workloadName" $ctx) }}
{{- range $weight, $templates := dict "-10" (list "serviceaccount" "networkpolicy") "0" (list "job") }}
{{- $_ := set $ctx "Annotations" (dict
  "helm.sh/hook" "post-install,post-upgrade"
  "helm.sh/hook-weight" $weight
  "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded") }}
{{- range $templates }}
{{- include (printf "job.%s" .) $ctx }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "postgres.roles.env" -}}
PGHOST: {{ include "common.fullname" . }}
{{- range $variable, $key := dict "PGUSER" "username" "PGPASSWORD" "password" "PGDATABASE" "dbname" }}
{{ $variable }}:
  secretKeyRef: { name: {{ include "common.fullname" $ }}-app, key: {{ $key }} }
{{- end }}
{{- range $process, $role := include "postgres.roles" . | fromYaml }}
{{- $secret := include "postgres.role.secret" (dict "ctx" $ "process" $process "role" $role) }}
{{- range $key := list "username" "password" }}
{{ printf "%s_%s" $process $key | upper }}:
  secretKeyRef: { name: {{ $secret }}, key: {{ $key }} }
{{- end }}
{{- end }}
{{- end -}}

{{- define "postgres.roles.script" -}}
until pg_isready --quiet; do sleep 1; done
{{- range $process, $role := include "postgres.roles" . | fromYaml }}
psql --no-psqlrc --quiet --tuples-only --set=ON_ERROR_STOP=1 <<'SQL'
\getenv role {{ upper $process }}_USERNAME
\getenv password {{ upper $process }}_PASSWORD
SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
SELECT 'the role ' || :'role' || ' may sign in';
SQL
{{- end }}
{{- end -}}

{{- define "postgres.roles.problems" -}}
{{- range $process, $role := include "postgres.roles" . | fromYaml }}
{{- if eq $role.username $.Values.auth.username }}
- auth.roles.{{ $process }}.username: {{ $role.username }} is the owner of the database; set another name, or auth.roles.{{ $process }} to null
{{- end }}
{{- if and $role.password $role.existingSecret }}
- auth.roles.{{ $process }}: password and existingSecret are both set; keep one of them and set the other to ""
{{- end }}
{{- if and $.Values.cloudnativepg.enabled (not $role.existingSecret) }}
- auth.roles.{{ $process }}.existingSecret is empty: CloudNativePG takes the role's password from a Secret of type kubernetes.io/basic-auth; name it
{{- end }}
{{- end }}
{{- end -}}
